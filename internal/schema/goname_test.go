package schema

import "testing"

func TestGoName(t *testing.T) {
	initialisms := []string{"eos", "eoa"}
	for _, test := range []struct{ name, exported, parameter string }{
		{"type", "Type", "type"},
		{"request-id", "RequestID", "requestID"},
		{"request-ids", "RequestIDs", "requestIDs"},
		{"id", "ID", "id"},
		{"ids-of-request", "IDsOfRequest", "idsOfRequest"},
		{"have-eos", "HaveEOS", "haveEOS"},
		{"eos-eoa", "EOSEOA", "eosEOA"},
		{"http-url", "HTTPURL", "httpURL"},
		{"https-apis", "HTTPSAPIs", "httpsAPIs"},
		{"not-ascii", "NotASCII", "notASCII"},
		{"utf8", "UTF8", "utf8"},
		{"utf-8", "UTF8", "utf8"},
		{"zstd-8mb", "Zstd8mb", "zstd8mb"},
		{"identity", "Identity", "identity"},
		{"eof", "Eof", "eof"},
		{"eos-", "EOS", "eos"},
		{"", "", ""},
	} {
		if got := GoName(test.name, initialisms); got != test.exported {
			t.Errorf("GoName(%q) = %q, want %q", test.name, got, test.exported)
		}
		if got := GoParameter(test.name, initialisms); got != test.parameter {
			t.Errorf("GoParameter(%q) = %q, want %q", test.name, got, test.parameter)
		}
	}
}

func TestIsPackageName(t *testing.T) {
	for name, want := range map[string]bool{
		"framing": true, "h2": true, "my_framing": true, "Framing": true, "test": true, "string": true,
		"": false, "_": false, "2h": false, "my-framing": false, "a.b": false, "type": false, "main": false,
		"init": false, "documentation": false, "framing_test": false,
	} {
		if got := IsPackageName(name); got != want {
			t.Errorf("%q: got %v, want %v", name, got, want)
		}
	}
}
