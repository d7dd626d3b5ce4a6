package hgwire_test

import (
	"context"
	"io"
	"testing"
	"testing/synctest"

	"github.com/hgwire/hgwire"
)

// A goroutine that a handler leaves behind while it waits for data ends with an error. It takes nothing
// that is meant for other requests.
func TestDataReaderLeftBehind(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		left := make(chan error, 1)
		var kept io.Reader
		c := m.connect(t, commands(map[string]hgwire.HandlerFunc{
			"leave": func(_ context.Context, _ hgwire.ResponseWriter, r *hgwire.Request) {
				kept = r.Data
				go func() {
					_, err := io.Copy(io.Discard, kept)
					left <- err
				}()
				synctest.Wait()
			},
			"echo": echo,
		}))
		pr, pw := io.Pipe()
		defer pw.Close()
		call, err := c.Start(t.Context(), "leave", nil, pr)
		if err != nil {
			t.Fatal(err)
		}
		defer call.Cancel()
		if err := <-left; err != hgwire.ErrAnswered {
			t.Errorf("the goroutine has read %v; want %v", err, hgwire.ErrAnswered)
		}
		synctest.Wait()
		if n, err := kept.Read(make([]byte, 1)); n != 0 || err != hgwire.ErrAnswered {
			t.Errorf("afterwards %d octets and %v were read; want %v", n, err, hgwire.ErrAnswered)
		}
		for range 5 {
			pr, pw := io.Pipe()
			call, err := c.Start(t.Context(), "echo", nil, pr)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // the handler waits for its data
			io.WriteString(pw, "data")
			pw.Close()
			r, err := call.Response()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := r.Bytes(); string(got) != "data" || err != nil {
				t.Errorf("got %q, %v; want the data", got, err)
			}
		}
	})
}
