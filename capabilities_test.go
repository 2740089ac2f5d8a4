package kontor_test

import (
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// promised are the capabilities that must have a line.
const promised = `1.3 1.9 1.10 2.1 2.2 2.3 2.4 2.6 3.1 3.5 3.11 3.15 3.16 3.22 3.24 3.28 3.35 4.1 4.3 4.7 4.9 4.13 4.15 6.7
5.1 5.2 5.5 5.6 5.8 5.9 5.10 5.17 5.20 5.21 5.22 5.28 6.1 6.2 6.3 6.4 7.1 7.2 7.3 7.5 7.8 7.11 7.15 7.16 8.1 8.2 8.4 8.8
9.1 9.3 9.4 9.7 10.1 10.2 10.4 10.5 11.1 11.2 11.3 11.4 11.6 11.8 12.1 12.2 12.3 12.4 12.5 12.6 12.8 12.19 13.1 13.3 13.6
14.1 14.2 14.3 14.4 14.5 14.8 15.2 15.3 15.4 15.5 15.7 15.12`

// proof is a test that a line of docs/capabilities.md names: a function of a
// package, and perhaps a part of it.
type proof struct{ dir, name, part string }

// proofs are the tests of each number in docs/capabilities.md.
func proofs(t *testing.T) map[string][]proof {
	t.Helper()
	return proofsIn(t, "docs/capabilities.md", `[0-9XN]+\.[0-9]+`)
}

// proofsIn are the tests of each line of a table: they stand in its last column,
// and the number of the line in its first.
func proofsIn(t *testing.T, file, number string) map[string][]proof {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	row := regexp.MustCompile(`^\| (` + number + `) \| (?:[^|]+ \| )+([^|]+) \|$`)
	group := regexp.MustCompile("^`([^`]+)`: (`[^`]+`(?:, `[^`]+`)*)$")
	out := map[string][]proof{}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| Number ") || strings.HasPrefix(line, "| Rule ") {
			continue
		}
		cells := row.FindStringSubmatch(line)
		require.NotNil(t, cells, "a line is not of the form: %s", line)
		require.NotContains(t, out, cells[1], "a number has two lines")
		out[cells[1]] = nil
		if cells[2] == "-" { // there is nothing to prove
			continue
		}
		for part := range strings.SplitSeq(cells[2], "; ") {
			named := group.FindStringSubmatch(part)
			require.NotNil(t, named, "%s: not `package`: `Test`, ...: %s", cells[1], part)
			for test := range strings.SplitSeq(strings.Trim(named[2], "`"), "`, `") {
				name, sub, _ := strings.Cut(test, "/")
				out[cells[1]] = append(out[cells[1]], proof{named[1], name, sub})
			}
		}
	}
	return out
}

// tested is what the tests of a package are called, and the texts in them and in
// the suites that they run.
type tested struct {
	funcs, texts, suites map[string]bool
}

// testsOf reads the tests of all packages.
func testsOf(t *testing.T) map[string]tested {
	t.Helper()
	all := map[string]tested{}
	for _, s := range sources(t) {
		if !s.test && !isSuite(s.dir) {
			continue
		}
		of, ok := all[s.dir]
		if !ok {
			of = tested{map[string]bool{}, map[string]bool{}, map[string]bool{}}
			all[s.dir] = of
		}
		for _, p := range s.imports() {
			if dir, our := ours(p); our && isSuite(dir) {
				of.suites[dir] = true
			}
		}
		for _, d := range s.syntax.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && s.test {
				of.funcs[f.Name.Name] = true
			}
		}
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil {
					of.texts[text] = true
				}
			}
			return true
		})
	}
	return all
}

// has reports whether there is a test with a name, and its part in the package or
// in a suite that it runs.
func has(all map[string]tested, p proof) bool {
	of := all[p.dir]
	runs := strings.HasPrefix(p.name, "Test") || strings.HasPrefix(p.name, "Example") || strings.HasPrefix(p.name, "Fuzz")
	if !runs || !of.funcs[p.name] {
		return false
	}
	if p.part == "" || of.texts[p.part] {
		return true
	}
	return slices.ContainsFunc(slices.Collect(maps.Keys(of.suites)), func(dir string) bool { return all[dir].texts[p.part] })
}

// What docs/capabilities.md says is proven by tests that exist, and nothing that
// was promised is missing.
func TestCapabilitiesAreProven(t *testing.T) {
	t.Parallel()
	named, all := proofs(t), testsOf(t)
	for number := range strings.FieldsSeq(promised) {
		assert.NotEmpty(t, named[number], "a capability has no line")
	}
	for _, number := range slices.Sorted(maps.Keys(named)) {
		for _, p := range named[number] {
			assert.True(t, has(all, p), "%s: there is no %s in %s", number, path.Join(p.name, p.part), p.dir)
		}
	}
}

// What docs/invariants.md says is held is held by tests that exist, and no rule
// is missing. Only what does not exist needs no test.
func TestInvariantsAreProven(t *testing.T) {
	t.Parallel()
	named, all := proofsIn(t, "docs/invariants.md", `[MSOE][0-9]+`), testsOf(t)
	for kind, n := range map[string]int{"M": 18, "S": 9, "O": 10, "E": 1} {
		for i := range n {
			rule := kind + strconv.Itoa(i+1)
			assert.Contains(t, named, rule, "a rule has no line")
			assert.True(t, len(named[rule]) > 0 || rule == "M15", "%s: nothing proves it", rule)
		}
	}
	for _, rule := range slices.Sorted(maps.Keys(named)) {
		for _, p := range named[rule] {
			assert.True(t, has(all, p), "%s: there is no %s in %s", rule, path.Join(p.name, p.part), p.dir)
		}
	}
}

// The check can fail.
func TestAProofThatIsNotThereIsFound(t *testing.T) {
	t.Parallel()
	all := testsOf(t)
	for p, want := range map[proof]bool{
		{".", "TestAProofThatIsNotThereIsFound", ""}:                      true,
		{".", "TestOfNothing", ""}:                                        false,
		{"kernel", "TestAProofThatIsNotThereIsFound", ""}:                 false,
		{".", "proofs", ""}:                                               false,
		{"adapters/bunstore", "TestStore", "a key places one order"}:      true,
		{"adapters/bunstore", "TestStore", "a key places " + "no orders"}: false,
		{"examples/quickstart", "TestInterruptedShopIsSound", ""}:         true,
	} {
		require.Equal(t, want, has(all, p), p)
	}
}
