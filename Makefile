# The few commands of the house. "make test" is what decides.
SHELL := /bin/bash
GO ?= go
BIN := $(CURDIR)/.cache/bin
LINT := $(BIN)/golangci-lint
WITHPG := $(BIN)/withpg
ADDR := localhost:8080

.PHONY: help demo demo-story test test-long bench lint fmt generate clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: demo-story ## the story, then a shop with pages and a back office (ADDR=localhost:8080)
	@cd examples && $(GO) run ./storefront -addr $(ADDR)

demo-story: ## one customer from the shop window to the refund, in fifteen steps (ARGS="-pay stripe")
	@cd examples && $(GO) run ./quickstart $(ARGS)

test: $(WITHPG) ## everything that must hold, on both databases; then the linters
	@scripts/needs.sh postgresql chromium
	@bad=0; \
	$(WITHPG) -fsync=false -- scripts/test.sh || bad=1; \
	$(MAKE) --no-print-directory lint || bad=1; \
	echo "== what go test said"; \
	grep -hE '^(ok|FAIL|---|panic:)' .cache/test.log; \
	exit $$bad

test-long: export KONTOR_LONG := 1
test-long: export TIMEOUT := 3h
test-long: export RACE := ./...
test-long: $(WITHPG) ## the same with long runs, the race detector everywhere, and fuzzing
	@scripts/needs.sh postgresql chromium
	$(WITHPG) -fsync=false -- scripts/test.sh
	scripts/fuzz.sh

bench: $(WITHPG) ## speed against hand-written floors, on a PostgreSQL of its own
	@scripts/needs.sh postgresql
	@mkdir -p .cache
	@$(GO) build -o .cache/bench-run ./bench
	$(WITHPG) -set 'shared_buffers = 1GB' -set 'max_wal_size = 8GB' -- .cache/bench-run $(ARGS)

lint: $(LINT) ## linters, tidy modules, generated tables
	@bad=0; for dir in $$(scripts/modules.sh); do \
		echo "== $$dir: golangci-lint"; \
		(cd $$dir && $(LINT) run --config $(CURDIR)/.golangci.yml ./... </dev/null) || bad=1; \
	done; \
	scripts/tidy.sh || bad=1; \
	scripts/generated.sh || bad=1; \
	exit $$bad

fmt: $(LINT) ## format all Go files
	@for dir in $$(scripts/modules.sh); do (cd $$dir && $(LINT) fmt --config $(CURDIR)/.golangci.yml ./...); done

generate: ## write the generated tables again
	@for dir in $$(scripts/modules.sh); do (cd $$dir && $(GO) generate ./...); done

clean: ## remove built tools and logs
	rm -rf .cache

# The linter is pinned in tools/go.mod and built once; it takes a few minutes.
$(LINT): tools/go.mod tools/go.sum
	@mkdir -p $(BIN)
	@echo "building golangci-lint"
	@cd tools && $(GO) build -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

$(WITHPG): $(wildcard internal/pgtest/cluster/*.go internal/pgtest/cmd/withpg/*.go)
	@mkdir -p $(BIN)
	@$(GO) build -o $@ ./internal/pgtest/cmd/withpg
