# `make` in a fresh clone generates from schema.toml, verifies it and runs the demonstration.
# Only Go is needed.

GO ?= go
FUZZTIME ?= 20000x
COUNT ?= 30
EXAMPLES = http2 yamux

BASE ?= origin/main

.PHONY: all help generate check verify diff demo test lint race 386 fuzz bench bench-check install

all: generate verify demo ## generate, verify, run the demonstration (default)

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

generate: ## write generated/ from schema.toml, LANGUAGE.md, and the packages of examples/ from theirs
	$(GO) generate ./...

check: ## say what in generated/, LANGUAGE.md and examples/ is stale, write nothing
	$(GO) run ./gen -check
	$(GO) run ./gen jsonschema -check -out generated/schema.schema.json
	$(GO) run ./gen language -check -out LANGUAGE.md
	@for e in $(EXAMPLES); do \
	$(GO) run ./gen -check -schema examples/$$e/schema.toml -out examples/$$e/$${e}frame || exit; done

verify: ## prove schema.toml and those of examples/ consistent
	$(GO) run ./gen verify
	@for e in $(EXAMPLES); do $(GO) run ./gen verify -schema examples/$$e/schema.toml || exit; done

diff: ## say what schema.toml breaks for peers and users of revision BASE (origin/main)
	$(GO) run ./gen diff git:$(BASE) schema.toml

demo: ## run frames through a server reactor: each frame, its state and its result
	$(GO) run ./cmd/hgwire replay --trace cmd/hgwire/demo.txt

test: ## run the tests
	$(GO) test -timeout 20m ./...

lint: ## gofmt, vet, staticcheck
	@test -z "$$(gofmt -l .)" || { echo 'gofmt would change:'; gofmt -l .; exit 1; }
	$(GO) vet ./...
	@staticcheck=$$($(GO) tool -n -modfile=tools/go.mod staticcheck) && set -x && \
	$$staticcheck ./... && cd bench && $$staticcheck ./...

race: ## run the tests under the race detector (needs a C compiler)
	$(GO) test -race -short -timeout 20m ./...

386: ## build, vet and test for 32-bit (the tests run on Linux on amd64)
	GOOS=linux GOARCH=386 $(GO) build ./...
	GOOS=linux GOARCH=386 $(GO) vet ./...
	GOARCH=386 $(GO) test -short -timeout 20m . ./generated/... ./examples/... ./payload ./stream/... ./message ./reactor ./internal/framingtest

fuzz: ## run every fuzz target, for FUZZTIME inputs (20000x) or a time (30s)
	@GO="$(GO)" ./tools/fuzz.sh $(FUZZTIME)

bench-check: ## check that the contestants of bench do the same
	cd bench && $(GO) vet ./... && $(GO) test ./...

bench: ## compare with hand-written code and other libraries, in one run
	cd bench && $(GO) run . -count $(COUNT)

install: ## install the hgwire command
	$(GO) install ./cmd/hgwire
