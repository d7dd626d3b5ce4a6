package connection

import "testing"

const bulkSize = 32 << 10

// BenchmarkSmall has the receiver take message by message.
func BenchmarkSmall(b *testing.B) {
	benchmarkSend(b, smallSize, func(c contestant) func() (sender, error) { return c.small })
}

func BenchmarkBulk(b *testing.B) {
	benchmarkSend(b, bulkSize, func(c contestant) func() (sender, error) { return c.bulk })
}

func benchmarkSend(b *testing.B, size int, contest func(contestant) func() (sender, error)) {
	for _, c := range contestants {
		start := contest(c)
		if start == nil {
			continue
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(size))
			conn, err := start()
			if err != nil {
				b.Fatal(err)
			}
			defer conn.close()
			m := make([]byte, size)
			received := 0
			b.ResetTimer()
			err = conn.send(b.N, func(int) []byte { return m }, func(piece []byte) { received += len(piece) })
			b.StopTimer()
			if err != nil {
				b.Fatal(err)
			}
			if received != b.N*size {
				b.Fatalf("received %d octets, want %d", received, b.N*size)
			}
		})
	}
}
