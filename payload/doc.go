// Package payload reads and writes the payloads that have a structure: arguments, text output
// and stream settings. One payload kind per file, each an Append and a Parse.
//
// It knows nothing of requests and streams: whether a payload makes sense where it stands is for
// the reactors to say. What is wrong with a payload is told in the form that its reader needs:
//
//   - ParseArgument, which runs for every argument of every request, returns the bare code. Its
//     texts need nothing from here, and only the reactor knows the state that belongs to the error.
//   - ParseSettings, ParseText and Atoms take the frame's header and tell of a
//     *framing.ProtocolError about it, whose text says what is wrong and where. ParseSettings has
//     this type as its result, as the actions of the machines do, of which it is a part; the other
//     two, which applications call, have error.
//   - The Append functions return a *framing.UsageError whose header has no more than the frame
//     type. Whoever makes the frame fills in the rest.
//
// The one rule to remember: what Parse returns as octets aliases its input, with a full slice
// expression, and what it returns as strings does not.
package payload
