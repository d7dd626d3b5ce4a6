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
