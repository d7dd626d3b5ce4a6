package connection

import (
	"bufio"
	"errors"
	"io"
	"net"
)

// The floors of Small and Bulk. The floor of Bulk is the socket itself.

func floorSmall() (sender, error) { return startOneWay(sendFloorFrames, receiveFloorFrames) }
func floorBulk() (sender, error)  { return startOneWay(sendFloorFrames, receiveFloorFrames) }
func socketBulk() (sender, error) { return startOneWay(sendPlain, receivePlain) }

// A oneWay sends over a socket. Its receiver ends with the connection.
type oneWay struct {
	client, server *net.TCPConn
	sendAll        func(w io.Writer, n int, message func(i int) []byte) error
	receiveAll     func(r io.Reader, receive func([]byte)) error
}

func startOneWay(send func(io.Writer, int, func(int) []byte) error, receive func(io.Reader, func([]byte)) error) (sender, error) {
	client, server, err := loopback()
	if err != nil {
		return nil, err
	}
	return &oneWay{client, server, send, receive}, nil
}

func (o *oneWay) send(n int, message func(int) []byte, receive func([]byte)) error {
	received := make(chan error, 1)
	go func() {
		err := o.receiveAll(o.server, receive)
		if err != nil {
			o.server.Close() // so that the sender ends, too
		}
		received <- err
	}()
	err := errors.Join(o.sendAll(o.client, n, message), o.client.CloseWrite())
	return errors.Join(err, <-received)
}

func (o *oneWay) close() error { return errors.Join(o.client.Close(), o.server.Close()) }

// sendFloorFrames writes as many frames at once as fit in 48 KiB.
func sendFloorFrames(w io.Writer, n int, message func(int) []byte) error {
	out := make([]byte, 0, floorHeaderSize+floorMaxPayload)
	for i := range n {
		m := message(i)
		if len(out)+floorHeaderSize+len(m) > cap(out) {
			if _, err := w.Write(out); err != nil {
				return err
			}
			out = out[:0]
		}
		out = appendFloorFrame(out, 0, m)
	}
	_, err := w.Write(out)
	return err
}

func receiveFloorFrames(r io.Reader, receive func([]byte)) error {
	in := newFloorReader(r)
	for {
		_, payload, err := in.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		receive(payload)
	}
}

// sendPlain writes each message as it is.
func sendPlain(w io.Writer, n int, message func(int) []byte) error {
	for i := range n {
		if _, err := w.Write(message(i)); err != nil {
			return err
		}
	}
	return nil
}

// receivePlain reads whatever there is, up to the size of a message of Bulk.
func receivePlain(r io.Reader, receive func([]byte)) error {
	buf := make([]byte, bulkSize)
	for {
		n, err := r.Read(buf)
		receive(buf[:n])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// receiveSmall cuts what it reads into messages of Small.
func receiveSmall(r io.Reader, receive func([]byte)) error {
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		m, err := in.Peek(smallSize)
		switch {
		case err == io.EOF && len(m) == 0:
			return nil
		case err == io.EOF:
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
		receive(m)
		in.Discard(smallSize)
	}
}
