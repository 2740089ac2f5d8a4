package kontor_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// module is the path that all our packages begin with.
const module = "github.com/kontor-go/kontor"

// floors says how high each package stands. A package imports from lower floors
// only, never from its own. A new package fails until it has a row here.
func floors() map[string]int {
	rows := [][]string{
		0: {"kernel/fault"},
		1: {"kernel/clock", "kernel/id", "kernel/money", "kernel/measure", "kernel/postal", "kernel/page", "kernel/lifecycle"},
		2: {"kernel/op", "kernel/market", "kernel/event"},
		3: {"kernel/tx"},
		4: {"catalog", "customer", "ledger"},
		5: {
			"inventory", "tax", "promotion", "shipping", "credit", "payment", "reviews", "notification", "analytics",
			"support", "marketing",
		},
		6: {"cart", "order", "pricing"},
		7: {"fulfillment", "returns", "checkout"},
		8: {"commerce"},
	}
	table := map[string]int{".": 0}
	for floor, names := range rows {
		for _, name := range names {
			table[name] = floor
		}
	}
	return table
}

const (
	roof     = 8
	outside  = 9  // adapters and conformance suites
	topFloor = 10 // programs, and help for tests
)

// floorOf returns the floor of a package by its folder.
func floorOf(dir string) (int, bool) {
	if floor, ok := floors()[dir]; ok {
		return floor, true
	}
	if isSuite(dir) {
		return outside, true
	}
	if isGenerator(dir) {
		return topFloor, true
	}
	switch first(dir) {
	case "adapters":
		return outside, true
	case "examples", "bench", "internal", "tools":
		return topFloor, true
	default:
		return 0, false
	}
}

// first returns the first folder of a path.
func first(dir string) string {
	name, _, _ := strings.Cut(dir, "/")
	return name
}

// isSuite tells a conformance suite: <pkg>/<pkg>test of a package that has a
// floor, and commerce/storetest.
func isSuite(dir string) bool {
	parent := path.Dir(dir)
	_, known := floors()[parent]
	return dir == "commerce/storetest" || (known && path.Base(dir) == path.Base(parent)+"test")
}

// isGenerator tells a program that writes a table of the package above it.
func isGenerator(dir string) bool { return strings.HasSuffix(dir, "/internal/gen") }

// isTestHelp tells a package inside an adapter that serves its tests.
func isTestHelp(dir string) bool {
	return first(dir) == "adapters" && strings.Contains(dir, "/internal/") && strings.HasSuffix(dir, "test")
}

// foreign returns the modules of others that a package may import, by the
// beginning of the import path. nil and false mean that its go.mod decides.
func foreign(dir string, nested bool) ([]string, bool) {
	floor, _ := floorOf(dir)
	core := []string{"github.com/google/uuid", "github.com/shopspring/decimal", "golang.org/x/text/unicode/norm"}
	sql := []string{"github.com/uptrace/bun", "github.com/jackc/pgx/v5", "modernc.org/sqlite"}
	switch {
	case nested:
		return nil, false
	case dir == "analytics" || dir == "marketing":
		return append(core, "gonum.org/v1/gonum"), true
	case floor <= roof:
		return core, true
	case isSuite(dir):
		return append(core, testModules()...), true
	case strings.HasPrefix(dir+"/", "adapters/bunstore/"), strings.HasPrefix(dir+"/", "bench/"):
		if isTestHelp(dir) {
			sql = append(sql, testModules()...)
		}
		return append(core, sql...), true
	case dir == "adapters/stripe":
		return append(core, "github.com/stripe/stripe-go"), true
	case strings.HasPrefix(dir, "internal/"):
		return []string{"github.com/jackc/pgx/v5"}, true
	case isGenerator(dir):
		return nil, true
	default: // other adapters of the root module need the standard library alone
		return core, true
	}
}

func testModules() []string {
	return []string{"github.com/stretchr/testify", "pgregory.net/rapid", "go.uber.org/goleak"}
}

// sameFloor lists the imports within one floor that are meant, with the reason.
func sameFloor() map[[2]string]string {
	return map[[2]string]string{
		{"commerce/storetest", "payment/paymenttest"}:           "the shop of the suite takes cards whose provider does what a test says",
		{"commerce/storetest", "adapters/manual"}:               "and transfers, which need no network",
		{"commerce/storetest", "notification/notificationtest"}: "its mail arrives in memory",
		{"commerce/storetest", "fulfillment/fulfillmenttest"}:   "a warehouse ships for it",
		{"commerce/storetest", "adapters/flatrate"}:             "and its labels need no network either",
	}
}

// mayImport says whether code of package from may import package to, both ours.
func mayImport(from, to string) bool {
	above, _ := floorOf(from)
	below, known := floorOf(to)
	switch {
	case !known || isGenerator(from):
		return false
	case from == to, below < above:
		return above == topFloor || !isSuite(to)
	case above == outside && below == outside:
		_, meant := sameFloor()[[2]string{from, to}]
		inside := family(from) == family(to) && strings.Contains(from+to, "/internal/")
		return meant || inside || strings.HasPrefix(from, to+"/")
	case isTestHelp(from) && first(to) == "internal":
		return true
	case above == topFloor && below == topFloor:
		return first(from) == first(to)
	default:
		return false
	}
}

// family returns the folder of the adapter that a package belongs to.
func family(dir string) string {
	parts := strings.SplitN(dir, "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/")
}

// source is one Go file of the repository.
type source struct {
	dir    string // of its package, with slashes, "." for the root
	path   string
	test   bool
	nested bool // belongs to a module of its own
	syntax *ast.File
}

func (s source) imports() []string {
	var all []string
	for _, i := range s.syntax.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err == nil {
			all = append(all, p)
		}
	}
	return all
}

// sources parses all Go files of the repository.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	var nested []string
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if name == "testdata" || name == "vendor" || (len(name) > 1 && strings.HasPrefix(name, ".")) {
				return filepath.SkipDir
			}
			if _, err := os.Stat(filepath.Join(file, "go.mod")); err == nil && file != "." {
				nested = append(nested, filepath.ToSlash(file)+"/")
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		file = filepath.ToSlash(file)
		all = append(all, source{
			dir: path.Dir(file), path: file, test: strings.HasSuffix(name, "_test.go"), syntax: syntax,
			nested: slices.ContainsFunc(nested, func(root string) bool { return strings.HasPrefix(file, root) }),
		})
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(all), 40)
	return all
}

// ours returns the folder of one of our packages, and false for others.
func ours(importPath string) (string, bool) {
	if importPath == module {
		return ".", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

func isStandard(importPath string) bool {
	return !strings.Contains(first(importPath), ".")
}

func TestEveryPackageHasAFloor(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		_, ok := floorOf(s.dir)
		assert.True(t, ok, "package %s has no row in floors", s.dir)
	}
}

func TestPackagesImportDownwardsOnly(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test {
			continue // a test may stand on the whole house
		}
		for _, p := range s.imports() {
			if dir, ok := ours(p); ok {
				assert.True(t, mayImport(s.dir, dir), "%s imports %s", s.path, dir)
			}
		}
	}
}

func TestForeignModulesStayOnTheirFloors(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		allowed, limited := foreign(s.dir, s.nested)
		if !limited {
			continue
		}
		if s.test {
			allowed = slices.Concat(allowed, testModules(), []string{
				"github.com/shopspring/decimal", "github.com/google/uuid", "github.com/uptrace/bun", "github.com/jackc/pgx/v5",
				"modernc.org/sqlite",
			})
			if first(s.dir) == "adapters" {
				allowed = append(allowed, "github.com/getkin/kin-openapi") // a provider's own description is the judge
			}
		}
		for _, p := range s.imports() {
			if _, our := ours(p); our || isStandard(p) {
				continue
			}
			assert.True(t, slices.ContainsFunc(allowed, func(a string) bool {
				return p == a || strings.HasPrefix(p, a+"/")
			}), "%s imports %s, which is not for this floor", s.path, p)
		}
	}
}

// The rules themselves: what must be refused is refused.
func TestFloorRules(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		from, to string
		want     bool
	}{
		{"kernel/op", "kernel/fault", true},
		{"kernel/fault", "kernel/op", false},
		{"kernel/id", "kernel/clock", false},
		{"order", "payment", true},
		{"order", "cart", false},
		{"payment", "order", false},
		{"commerce", "checkout", true},
		{"checkout", "commerce", false},
		{"commerce", "adapters/bunstore", false},
		{"adapters/bunstore", "commerce", true},
		{"adapters/bunstore/postgres", "adapters/bunstore", true},
		{"adapters/bunstore", "adapters/bunstore/postgres", false},
		{"adapters/bunstore", "adapters/bunstore/internal/batch", true},
		{"adapters/bunstore/internal/cartrows", "adapters/bunstore/internal/column", true},
		{"adapters/stripe", "adapters/bunstore/internal/column", false},
		{"adapters/stripe", "adapters/bunstore", false},
		{"payment/paymenttest", "payment", true},
		{"adapters/stripe", "payment/paymenttest", false},
		{"order", "payment/paymenttest", false},
		{"examples/quickstart", "adapters/bunstore/sqlite", true},
		{"examples/quickstart", "internal/pgtest", false},
		{"bench/place", "internal/pgtest", false},
		{"bench/place", "payment/paymenttest", true},
		{"internal/pgtest", "internal/pgtest/cluster", true},
		{"commerce", "internal/pgtest", false},
		{"kernel/postal/internal/gen", "kernel/fault", false},
		{"commerce", "warehouse", false},
	} {
		require.Equal(t, row.want, mayImport(row.from, row.to), "%s imports %s", row.from, row.to)
	}
	for _, dir := range []string{"warehouse", "kernel", "kernel/util", "order/carttest", "order/internal"} {
		_, ok := floorOf(dir)
		require.False(t, ok, dir)
	}
}

// What a host links with the engine is the standard library, we, and three
// small modules.
func TestCoreStaysLight(t *testing.T) {
	t.Parallel()
	var core []string
	seen := map[string]bool{}
	for _, s := range sources(t) {
		if floor, ok := floorOf(s.dir); ok && floor <= roof && !s.test && !s.nested && !seen[s.dir] {
			seen[s.dir] = true
			core = append(core, "./"+s.dir)
		}
	}
	args := append([]string{"list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}"}, core...)
	out, err := exec.CommandContext(t.Context(), "go", args...).Output()
	require.NoError(t, err)
	// decimal needs nothing; norm needs its sibling transform.
	allowed := []string{
		module, "github.com/google/uuid", "github.com/shopspring/decimal", "golang.org/x/text/unicode/norm",
		"golang.org/x/text/transform", "gonum.org/v1/gonum",
	}
	for p := range strings.FieldsSeq(string(out)) {
		require.True(t, slices.ContainsFunc(allowed, func(a string) bool {
			return p == a || strings.HasPrefix(p, a+"/")
		}), "the core links %s", p)
		dir, our := ours(p)
		floor, _ := floorOf(dir)
		require.True(t, !our || floor <= roof, "the core links %s", p)
	}
	require.NotEmpty(t, seen)
	require.Subset(t, slices.Collect(maps.Keys(seen)), []string{"kernel/fault", "kernel/tx"})
}
