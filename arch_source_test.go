package kontor_test

import (
	"go/ast"
	"go/token"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An id names its aggregate by its prefix, so no two may share one.
func TestIDPrefixesAreUnique(t *testing.T) {
	t.Parallel()
	owners := map[string]string{}
	for _, s := range sources(t) {
		if s.test || s.nested || isGenerator(s.dir) {
			continue
		}
		for _, d := range s.syntax.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "Prefix" || f.Body == nil {
				continue
			}
			prefix := returned(f)
			require.Regexp(t, `^"[a-z]{2,4}"$`, prefix, "%s: Prefix returns one constant of two to four letters", s.path)
			require.Empty(t, owners[prefix], "%s and %s share the prefix %s", s.path, owners[prefix], prefix)
			owners[prefix] = s.path
		}
	}
}

// returned gives the literal that a function of one return statement returns.
func returned(f *ast.FuncDecl) string {
	if len(f.Body.List) != 1 {
		return ""
	}
	r, ok := f.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(r.Results) != 1 {
		return ""
	}
	lit, ok := r.Results[0].(*ast.BasicLit)
	if !ok {
		return ""
	}
	return lit.Value
}

// Near money there is no binary fraction: no type, no literal, no conversion.
func TestNoFloatNearMoney(t *testing.T) {
	t.Parallel()
	near := []string{
		"kernel/money", "pricing", "ledger", "payment", "order", "cart", "tax", "promotion", "credit", "checkout", "returns",
	}
	for _, s := range sources(t) {
		if s.test || !slices.Contains(near, s.dir) {
			continue
		}
		for _, found := range floats(s.syntax) {
			assert.Fail(t, "a binary fraction near money", "%s: %s", s.path, found)
		}
	}
}

// floats returns everything in a file that is or makes a binary fraction.
func floats(file *ast.File) []string {
	makes := regexp.MustCompile(`^(float32|float64|complex64|complex128|ParseFloat|FormatFloat|AppendFloat|` +
		`NewFromFloat\w*|Float64|InexactFloat64|SetFloat64|SetFloat|NewFloat)$`)
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if n.Kind == token.FLOAT || n.Kind == token.IMAG {
				found = append(found, n.Value)
			}
		case *ast.Ident:
			if makes.MatchString(n.Name) {
				found = append(found, n.Name)
			}
		}
		return true
	})
	return found
}

// A library does not end the host's program: panic stands in Must functions and
// nowhere else. In adapters the linter asks for a reason at each.
func TestOnlyMustPanics(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if floor, _ := floorOf(s.dir); s.test || floor > roof {
			continue
		}
		for _, name := range panics(s.syntax) {
			assert.Fail(t, "a panic outside Must", "%s: %s", s.path, name)
		}
	}
}

// panics returns the functions that call panic without saying so in their name.
func panics(file *ast.File) []string {
	var found []string
	for _, d := range file.Decls {
		name := "a variable"
		if f, ok := d.(*ast.FuncDecl); ok {
			name = f.Name.Name
		}
		if strings.HasPrefix(name, "Must") {
			continue
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok {
				if id, ok := c.Fun.(*ast.Ident); ok && id.Name == "panic" {
					found = append(found, name)
				}
			}
			return true
		})
	}
	return found
}

// noSuite lists the adapters that no conformance suite is meant for, with the
// reason.
func noSuite() map[string]string { return map[string]string{} }

// An adapter keeps its port's promises only if the port's suite says so.
func TestEveryAdapterRunsItsSuite(t *testing.T) {
	t.Parallel()
	proven := map[string]bool{}
	for _, s := range sources(t) {
		parts := strings.Split(s.dir, "/")
		if parts[0] != "adapters" || len(parts) < 2 {
			continue
		}
		adapter := parts[1]
		proven[adapter] = proven[adapter] || (s.test && runsSuite(s))
	}
	for adapter, ok := range proven {
		reason, excused := noSuite()[adapter]
		assert.False(t, ok && excused, "adapters/%s runs a suite and needs no excuse (%s)", adapter, reason)
		assert.True(t, ok || excused, "no test of adapters/%s calls the Run of a conformance suite", adapter)
	}
}

// runsSuite reports whether a test file calls Run of one of our suites.
func runsSuite(s source) bool {
	suites := map[string]bool{}
	for _, p := range s.imports() {
		if dir, ok := ours(p); ok && isSuite(dir) {
			suites[path.Base(dir)] = true
		}
	}
	runs := false
	ast.Inspect(s.syntax, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			if sel, ok := c.Fun.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && suites[x.Name] && strings.HasPrefix(sel.Sel.Name, "Run") {
					runs = true
				}
			}
		}
		return true
	})
	return runs
}

// The C library of the SQLite port must be of the version it was made with;
// another one compiles and then crashes.
func TestLibcIsTheOneOfSQLite(t *testing.T) {
	t.Parallel()
	sqlite, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite").Output()
	require.NoError(t, err)
	require.Equal(t, required(t, strings.TrimSpace(string(sqlite)), "modernc.org/libc"), required(t, "go.mod", "modernc.org/libc"))
}

// required returns the version of a module that a go.mod file asks for.
func required(t *testing.T, file, module string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	m := regexp.MustCompile(`(?m)^\s*(?:require\s+)?` + regexp.QuoteMeta(module) + `\s+(v\S+)`).FindSubmatch(text)
	require.NotNil(t, m, "%s does not ask for %s", file, module)
	return string(m[1])
}
