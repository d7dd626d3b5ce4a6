// Package replay runs a reactor, a server's or a client's, over a script of events, one a line, and
// prints what each event comes to. The command `hgwire replay` and the reactor's transcripts are
// made of it.
//
// It is for looking at the protocol, not for serving it: it reads no connection and runs no
// command. The one rule to remember: one event in, one result out, and the same script always
// gives the same results.
package replay
