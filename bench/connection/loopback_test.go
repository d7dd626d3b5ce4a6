package connection

import "net"

// loopback returns the two ends of a TCP connection, as net.Dial and Accept give them: with
// TCP_NODELAY.
func loopback() (client, server *net.TCPConn, err error) {
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	// The kernel completes the connection before it is accepted.
	if client, err = net.DialTCP("tcp", nil, l.Addr().(*net.TCPAddr)); err != nil {
		return nil, nil, err
	}
	if server, err = l.AcceptTCP(); err != nil {
		client.Close()
		return nil, nil, err
	}
	return client, server, nil
}
