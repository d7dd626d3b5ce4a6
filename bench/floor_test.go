package main

import (
	"encoding/binary"
	"errors"
	"io"
)

// The floors: what a careful hand writes for this one protocol and nothing else. The revision is
// streams, with a little-endian header of 8 octets in one load; the codecs named Either choose
// between the revisions at run time, as ours does.

type floorHeader struct {
	length      uint32
	request     uint16
	stream      uint8
	streamFlags uint8
	typ, flags  uint8
}

type floorFrame struct {
	floorHeader
	payload []byte
}

var (
	errFloorShort = errors.New("short")
	errFloorLarge = errors.New("too large")
	errFloorState = errors.New("unexpected")
)

const floorLimit = 65535

func floorParseHeader(h *floorHeader, b []byte) error {
	if len(b) < 8 {
		return errFloorShort
	}
	v := binary.LittleEndian.Uint64(b)
	h.length = uint32(v & 0xffffff)
	h.request = uint16(v >> 24)
	h.stream = uint8(v >> 40)
	h.streamFlags = uint8(v >> 48)
	h.typ = uint8(v >> 60)
	h.flags = uint8(v>>56) & 0xf
	return nil
}

// floorParseEither and floorAppendEither know both revisions.
func floorParseEither(streams bool, h *floorHeader, b []byte) error {
	if streams {
		return floorParseHeader(h, b)
	}
	if len(b) < 6 {
		return errFloorShort
	}
	v := uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint16(b[4:]))<<32
	h.length = uint32(v & 0xffffff)
	h.request = uint16(v >> 24)
	h.stream, h.streamFlags = 0, 0
	h.typ = uint8(v >> 44)
	h.flags = uint8(v>>40) & 0xf
	return nil
}

func floorAppendEither(streams bool, dst []byte, h *floorHeader) ([]byte, error) {
	if streams {
		return floorAppendHeader(dst, h)
	}
	if h.length > 0xffffff || h.stream != 0 || h.streamFlags != 0 || h.typ > 15 || h.flags > 15 {
		return dst, errFloorLarge
	}
	v := uint64(h.length) | uint64(h.request)<<24 | uint64(h.typ<<4|h.flags)<<40
	dst = binary.LittleEndian.AppendUint32(dst, uint32(v))
	return binary.LittleEndian.AppendUint16(dst, uint16(v>>32)), nil
}

func floorAppendHeader(dst []byte, h *floorHeader) ([]byte, error) {
	if h.length > 0xffffff || h.typ > 15 || h.flags > 15 {
		return dst, errFloorLarge
	}
	return binary.LittleEndian.AppendUint64(dst, uint64(h.length)|uint64(h.request)<<24|
		uint64(h.stream)<<40|uint64(h.streamFlags)<<48|uint64(h.typ<<4|h.flags)<<56), nil
}

func floorParseFrame(f *floorFrame, b []byte) (int, error) {
	if err := floorParseHeader(&f.floorHeader, b); err != nil {
		return 0, err
	}
	if f.length > floorLimit {
		return 0, errFloorLarge
	}
	end := 8 + int(f.length)
	if len(b) < end {
		return 0, errFloorShort
	}
	f.payload = b[8:end:end]
	return end, nil
}

func floorAppendFrame(dst []byte, f *floorFrame) ([]byte, error) {
	f.length = uint32(len(f.payload))
	dst, err := floorAppendHeader(dst, &f.floorHeader)
	return append(dst, f.payload...), err
}

func floorParseFrameEither(streams bool, f *floorFrame, b []byte) (int, error) {
	if err := floorParseEither(streams, &f.floorHeader, b); err != nil {
		return 0, err
	}
	if f.length > floorLimit {
		return 0, errFloorLarge
	}
	start := 6
	if streams {
		start = 8
	}
	end := start + int(f.length)
	if len(b) < end {
		return 0, errFloorShort
	}
	f.payload = b[start:end:end]
	return end, nil
}

func floorAppendFrameEither(streams bool, dst []byte, f *floorFrame) ([]byte, error) {
	f.length = uint32(len(f.payload))
	dst, err := floorAppendEither(streams, dst, &f.floorHeader)
	return append(dst, f.payload...), err
}

// floorReader reads frames from its own buffer of 64 KiB.
type floorReader struct {
	r          io.Reader
	buf        []byte
	start, end int
}

func (r *floorReader) next(f *floorFrame) error {
	for {
		n, err := floorParseFrame(f, r.buf[r.start:r.end])
		if err == nil {
			r.start += n
			return nil
		}
		if err != errFloorShort {
			return err
		}
		copy(r.buf, r.buf[r.start:r.end])
		r.start, r.end = 0, r.end-r.start
		n, err = r.r.Read(r.buf[r.end:])
		if n == 0 && err != nil {
			return err
		}
		r.end += n
	}
}

// floorReactor is a server reactor with an array indexed by request ID and nested switches. It
// checks what the protocol asks for on these frames, with the same limits, but it has no texts for
// its errors and no arguments.
type floorReactor struct {
	streams   [256]bool
	requests  [65536]*floorRequest
	errored   bool
	out       bool
	receiving int
	active    int
	buffered  int
	spare     *floorRequest
}

type floorRequest struct {
	state uint8
	held  int
	name  []byte
	data  []byte
}

const (
	floorData = iota + 1
	floorActive
)

const (
	floorError = iota
	floorWant
	floorRun
)

func (r *floorReactor) receive(f *floorFrame) int {
	if r.errored || f.stream&1 == 0 {
		return r.fail()
	}
	if f.streamFlags&1 != 0 {
		r.streams[f.stream] = true
	} else if !r.streams[f.stream] {
		return r.fail()
	}
	req := r.requests[f.request]
	action := floorWant
	switch f.typ {
	case 1:
		if req != nil || f.request&1 == 0 || len(f.payload) > 64<<20-r.buffered {
			return r.fail()
		}
		if req = r.spare; req == nil {
			req = &floorRequest{}
		}
		r.spare = nil
		req.name = append(req.name[:0], f.payload...)
		req.data = req.data[:0]
		req.held = len(f.payload)
		r.buffered += len(f.payload)
		switch f.flags & 7 {
		case 1:
			if r.active >= 4096 {
				return r.fail()
			}
			r.active++
			req.state = floorActive
			action = floorRun
		case 4:
			if r.receiving >= 256 {
				return r.fail()
			}
			r.receiving++
			req.state = floorData
		default:
			return r.fail()
		}
		r.requests[f.request] = req
	case 3:
		if r.receiving == 0 || req == nil || req.state != floorData {
			return r.fail()
		}
		if len(f.payload) > 16<<20-len(req.data) || len(f.payload) > 64<<20-r.buffered {
			return r.fail()
		}
		r.buffered += len(f.payload)
		req.held += len(f.payload)
		req.data = append(req.data, f.payload...)
		switch {
		case f.flags&1 != 0:
		case f.flags&2 != 0:
			if r.active >= 4096 {
				return r.fail()
			}
			r.receiving--
			r.active++
			req.state = floorActive
			action = floorRun
		default:
			return r.fail()
		}
	default:
		return r.fail()
	}
	if f.streamFlags&2 != 0 {
		r.streams[f.stream] = false
	}
	return action
}

func (r *floorReactor) fail() int {
	r.errored = true
	return floorError
}

// respond appends a one-frame response and ends the request.
func (r *floorReactor) respond(dst []byte, request uint16, payload []byte) ([]byte, error) {
	req := r.requests[request]
	if req == nil || req.state != floorActive {
		return dst, errFloorState
	}
	f := floorFrame{floorHeader: floorHeader{request: request, stream: 2, typ: 4, flags: 2}, payload: payload}
	if !r.out {
		r.out = true
		f.streamFlags = 1
	}
	r.requests[request] = nil
	r.buffered -= req.held
	r.active--
	r.spare = req
	return floorAppendFrame(dst, &f)
}
