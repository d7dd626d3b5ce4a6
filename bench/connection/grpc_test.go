package connection

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/mem"
)

// gRPC: unary calls and a stream from the server, of octets as they are: with a codec that does
// nothing and service descriptions as protoc-gen-go-grpc would write them.

func grpcCall() (caller, error) { return startGRPC() }
func grpcSend() (sender, error) { return startGRPC() }

type grpcConn struct {
	server *grpc.Server
	served chan error
	client *grpc.ClientConn
	source grpcSource
}

// A grpcSource is the service.
type grpcSource struct {
	n       int
	message func(int) []byte
}

var grpcService = grpc.ServiceDesc{
	ServiceName: "Bench",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{
		MethodName: "Echo",
		Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			var request []byte
			if err := decode(&request); err != nil {
				return nil, err
			}
			response := echo(nil, request)
			return &response, nil
		},
	}},
	Streams: []grpc.StreamDesc{{
		StreamName:    "Send",
		ServerStreams: true,
		Handler: func(service any, stream grpc.ServerStream) error {
			s := service.(*grpcSource)
			var m []byte
			for i := range s.n {
				m = s.message(i)
				if err := stream.SendMsg(&m); err != nil {
					return err
				}
			}
			return nil
		},
	}},
}

func startGRPC() (*grpcConn, error) {
	client, server, err := loopback()
	if err != nil {
		return nil, err
	}
	d := dialer{conn: client}
	c := &grpcConn{
		server: grpc.NewServer(grpc.ForceServerCodecV2(rawCodec{}), grpc.WaitForHandlers(true)),
		served: make(chan error, 1),
	}
	c.server.RegisterService(&grpcService, &c.source)
	go func() { c.served <- c.server.Serve(listen(server)) }()
	c.client, err = grpc.NewClient("passthrough:///loopback",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(rawCodec{})),
		grpc.WithNoProxy(),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return d.dial(ctx) }))
	if err != nil {
		c.server.Stop()
		return nil, errors.Join(err, <-c.served, client.Close())
	}
	return c, nil
}

func (c *grpcConn) call(ctx context.Context, request, response []byte) error {
	got := response[:0:len(response)]
	if err := c.client.Invoke(ctx, "/Bench/Echo", &request, &got); err != nil {
		return err
	}
	return sameLength(got, response)
}

func (c *grpcConn) send(n int, message func(int) []byte, receive func([]byte)) error {
	c.source = grpcSource{n, message}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stream, err := c.client.NewStream(ctx, &grpcService.Streams[0], "/Bench/Send")
	if err != nil {
		return err
	}
	var m []byte
	if err := stream.SendMsg(&m); err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	for {
		switch err := stream.RecvMsg(&m); err {
		case nil:
			receive(m)
		case io.EOF:
			return nil
		default:
			return err
		}
	}
}

func (c *grpcConn) close() error {
	err := c.client.Close()
	c.server.Stop()
	return errors.Join(err, <-c.served)
}

// A rawCodec takes pointers to slices. It copies once, on receipt, into the slice if there is room.
type rawCodec struct{}

func (rawCodec) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(*v.(*[]byte))}, nil
}

func (rawCodec) Unmarshal(data mem.BufferSlice, v any) error {
	p := v.(*[]byte)
	*p = slices.Grow((*p)[:0], data.Len())[:data.Len()]
	data.CopyTo(*p)
	return nil
}

func (rawCodec) Name() string { return "raw" }
