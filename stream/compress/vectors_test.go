package compress_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/stream"
	"github.com/hgwire/hgwire/stream/compress"
)

// changesets are payloads of a stream, one a frame.
var changesets = []string{
	`{"node": "0123456789abcdef", "parents": []}`,
	``,
	`{"node": "fedcba9876543210", "parents": ["0123456789abcdef"]}`,
	`{"node": "0f1e2d3c4b5a6978", "parents": ["fedcba9876543210"]}`,
}

// vectors are what other implementations make of changesets.
var vectors = []struct {
	name    string
	profile stream.Profile
	frames  []string // in hex; when there is one, it holds all
}{
	{"zlib 1.2.13 as Python flushes it at each frame: Z_SYNC_FLUSH", compress.Zlib{}, []string{
		"789caa56cacb4f4955b252503230343236313533b7b04c4c4a4e494d53d251502a482c4acd2b29064a47c7d602000000ffff",
		"000000ffff",
		"aa862b4d4b4d494e4ab4b4303733353136323440538a69546c2d000000ffff",
		"42683648334c354a314e3649324d34b334b740d78c61786c2d000000ffff",
	}},
	{"zlib 1.2.13, level 6, ended", compress.Zlib{}, []string{
		"789caa56cacb4f4955b252503230343236313533b7b04c4c4a4e494d53d251502a482c4acd2b29064a47c7d602000000ffff" +
			"000000ffff" +
			"aa862b4d4b4d494e4ab4b4303733353136323440538a69546c2d000000ffff" +
			"42683648334c354a314e3649324d34b334b740d78c61786c2d000000ffff" + "030041e32ed0",
	}},
	{"zstd 1.5.4, level 19, with a checksum", compress.Zstd{}, []string{
		"28b52ffd0468b50200d2441011907d76ecdd6d66e63f51fa033247668a10dba9b4d03bd0c422c98f29c420c51c94d47a30ca9fdb35c01c67faf75907c1e7cb08df52091d53c8100e98bfacd475060060f000e816080e9ce001a0afb94d950165d085aa",
	}},
	{"zstd 1.5.4, level 1", compress.Zstd{}, []string{
		"28b52ffd0048dd0200d2841116905707972316c268254b48bb8f755dd7c5114777570f1536e6d6aa9824e2d36696620e4a6ab1e6364aee596140de0b8336b1c309f0d92ce3bac6964ae89872f2de2cd01f0106006098014016080e9ce001a0afb94d9501",
	}},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		want := changesets
		if len(v.frames) == 1 {
			want = []string{strings.Join(changesets, "")}
		}
		dec := decoder(t, v.profile, limit)
		var whole []byte
		for i, frame := range v.frames {
			wire := unhex(t, frame)
			whole = append(whole, wire...)
			if got, err := dec.Decode(nil, wire); err != nil || string(got) != want[i] {
				t.Errorf("%s: frame %d decodes to %q, %v; want %q", v.name, i, got, err, want[i])
			}
		}
		dec = decoder(t, v.profile, limit)
		var got []byte
		for _, c := range whole {
			var err error
			if got, err = dec.Decode(got, []byte{c}); err != nil {
				t.Fatalf("%s, octet by octet: %v", v.name, err)
			}
		}
		if string(got) != strings.Join(changesets, "") {
			t.Errorf("%s, octet by octet: %q", v.name, got)
		}
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tool runs a program of the system, without which the test is skipped.
func tool(t *testing.T, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed", name)
	}
	cmd := exec.Command(name, args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(stdin), &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, errs.Bytes())
	}
	return out.Bytes()
}

// lines are the frames of a conversation in hex, one a line, for Python programs.
func lines(frames [][]byte) []byte {
	var b []byte
	for _, f := range frames {
		b = fmt.Appendf(b, "%x\n", f)
	}
	return b
}

func frames(t *testing.T, lines []byte) (list [][]byte) {
	for line := range strings.Lines(string(lines)) {
		list = append(list, unhex(t, strings.TrimSpace(line)))
	}
	return list
}

const compressobj = `
import sys, zlib
z = zlib.compressobj(int(sys.argv[1]), zlib.DEFLATED, int(sys.argv[2]))
for line in sys.stdin:
    print((z.compress(bytes.fromhex(line)) + z.flush(zlib.Z_SYNC_FLUSH)).hex())
`

const decompressobj = `
import sys, zlib
z = zlib.decompressobj()
for line in sys.stdin:
    print(z.decompress(bytes.fromhex(line)).hex())
`

// Python's zlib decodes what we encode, frame by frame, and we what it encodes.
func TestPython(t *testing.T) {
	list := payloads(random(5), 40, 20<<10)
	for _, level := range []int{1, 6, 9} {
		enc := encoder(t, compress.Zlib{Level: level})
		var wire [][]byte
		for _, b := range list {
			f, err := enc.Encode(nil, b)
			if err != nil {
				t.Fatal(err)
			}
			wire = append(wire, f)
		}
		got := frames(t, tool(t, lines(wire), "python3", "-c", decompressobj))
		compareFrames(t, fmt.Sprintf("Python of our level %d", level), got, list)
	}
	for _, args := range [][]string{{"1", "15"}, {"6", "15"}, {"9", "9"}, {"0", "15"}} {
		dec := decoder(t, compress.Zlib{}, limit)
		var got [][]byte
		for _, f := range frames(t, tool(t, lines(list), "python3", append([]string{"-c", compressobj}, args...)...)) {
			b, err := dec.Decode(nil, f)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, b)
		}
		compareFrames(t, fmt.Sprintf("we of Python's level and window %q", args), got, list)
	}
}

func compareFrames(t *testing.T, what string, got, want [][]byte) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d frames; want %d", what, len(got), len(want))
		return
	}
	for i := range want {
		if !bytes.Equal(got[i], want[i]) {
			t.Errorf("%s: frame %d decodes to %.20q (%d octets); want %.20q (%d octets)", what, i, got[i], len(got[i]), want[i], len(want[i]))
		}
	}
}

// The zstd command decodes what we encode. It wants an end, which our streams do not have: an empty last
// block (RFC 8878, section 3.1.1.2).
func TestZstdCommandDecodes(t *testing.T) {
	list := payloads(random(6), 40, 200<<10)
	for _, p := range []compress.Zstd{{}, {Level: 1}, {Level: 3}, {Level: 4}, {Window: 1 << 10}, {Window: 8 << 20}} {
		enc := encoder(t, p)
		var wire []byte
		for _, b := range list {
			var err error
			if wire, err = enc.Encode(wire, b); err != nil {
				t.Fatal(err)
			}
		}
		got := tool(t, append(wire, 1, 0, 0), "zstd", "-q", "-d", "-c", "--memory=8MB")
		if !bytes.Equal(got, bytes.Join(list, nil)) {
			t.Errorf("%+v: the command decodes to %d octets, which differ", p, len(got))
		}
	}
}

// What the zstd command encodes is decoded however it is cut, up to the window of the profile.
func TestZstdCommandEncodes(t *testing.T) {
	data := bytes.Join(payloads(random(7), 60, 1<<20), nil)
	for _, tt := range []struct {
		args []string
		ok   bool
	}{
		{[]string{"-1"}, true},
		{[]string{"-19"}, true},
		{[]string{"--long=20"}, true},
		{[]string{"--long=23"}, true},
		{[]string{"--long=24"}, false},
		{[]string{"--long=27"}, false},
	} {
		wire := tool(t, data, "zstd", append([]string{"-q", "-c"}, tt.args...)...)
		for _, size := range []int{1000, 32 << 10, len(wire)} {
			dec := decoder(t, compress.Zstd{}, len(data))
			var got []byte
			var err error
			for at := 0; at < len(wire) && err == nil; at += size {
				got, err = dec.Decode(got, wire[at:min(at+size, len(wire))])
			}
			if tt.ok && (err != nil || !bytes.Equal(got, data)) {
				t.Errorf("%q, cut at %d: %d of %d octets, %v", tt.args, size, len(got), len(data), err)
			}
			if !tt.ok && (err == nil || err.Error() != "the window is larger than 8388608 octets, or a block than the window") {
				t.Errorf("%q: error %v; want one about the window", tt.args, err)
			}
		}
	}
}
