package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"gen": main})
}

var rewrite = flag.Bool("rewrite", false, "rewrite the files that the scripts compare with")

// The scripts start in a folder with the schema of a tiny protocol. Beside the usual commands
// there are `exits CODE COMMAND...`, `append FILE MORE`, `age FILE...`, which makes files an hour
// old, and `aged FILE...`, which fails when one is not.
func TestScripts(t *testing.T) {
	tiny, err := os.ReadFile("testdata/tiny.toml")
	if err != nil {
		t.Fatal(err)
	}
	repository, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       *rewrite,
		Setup: func(env *testscript.Env) error {
			env.Setenv("REPOSITORY", repository)
			env.Setenv("GOCACHE", goEnv(t, "GOCACHE"))
			env.Setenv("GOMODCACHE", goEnv(t, "GOMODCACHE"))
			env.Setenv("GOPROXY", "off")
			env.Setenv("GOSUMDB", "off")
			env.Setenv("GOFLAGS", "-mod=mod")
			return os.WriteFile(filepath.Join(env.WorkDir, "schema.toml"), tiny, 0o666)
		},
		Condition: func(name string) (bool, error) {
			if name == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"age": func(ts *testscript.TestScript, _ bool, files []string) {
				old := time.Now().Add(-time.Hour)
				for _, f := range files {
					ts.Check(os.Chtimes(ts.MkAbs(f), old, old))
				}
			},
			"aged": func(ts *testscript.TestScript, neg bool, files []string) {
				for _, f := range files {
					info, err := os.Stat(ts.MkAbs(f))
					ts.Check(err)
					if old := time.Since(info.ModTime()) > time.Minute; old == neg {
						ts.Fatalf("%s: aged: got %v, want %v", f, old, !neg)
					}
				}
			},
			"append": func(ts *testscript.TestScript, _ bool, files []string) {
				both := ts.ReadFile(files[0]) + ts.ReadFile(files[1])
				ts.Check(os.WriteFile(ts.MkAbs(files[0]), []byte(both), 0o666))
			},
			"exits": func(ts *testscript.TestScript, _ bool, args []string) {
				err := ts.Exec(args[1], args[2:]...)
				got := 0
				if exit, ok := errors.AsType[*exec.ExitError](err); ok {
					got = exit.ExitCode()
				} else {
					ts.Check(err)
				}
				if strconv.Itoa(got) != args[0] {
					ts.Fatalf("exit code: got %d, want %s", got, args[0])
				}
			},
		},
	})
}

// goEnv returns a setting of the go command.
func goEnv(t *testing.T, name string) string {
	t.Helper()
	value, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(value))
}
