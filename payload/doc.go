// Package payload reads and writes the payloads that have a structure: arguments, text output
// and stream settings. One payload kind per file, each an Append and a Parse.
//
// It knows nothing of requests and streams: whether a payload makes sense where it stands is for
// the reactors to say. Errors therefore carry a header with no more than the frame type; whoever
// knows the frame fills it in. The one rule to remember: what Parse returns as octets aliases its
// input, with a full slice expression, and what it returns as strings does not.
package payload
