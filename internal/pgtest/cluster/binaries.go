package cluster

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// ErrNoBinaries says that PostgreSQL is not installed here.
var ErrNoBinaries = errors.New("cluster: no PostgreSQL found in PATH or /usr/lib/postgresql: " +
	"install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17) " +
	"or set KONTOR_TEST_PG to the URL of a server whose user may create databases")

// places are where distributions keep initdb when it is not in PATH.
func places() []string {
	return []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin",
	}
}

// Binaries returns the folder that holds initdb, pg_ctl and postgres: the one
// in PATH, else the newest version that a distribution put elsewhere. It
// returns ErrNoBinaries if there is none.
func Binaries() (string, error) { return binaries(os.Getenv("PATH"), places()) }

func binaries(path string, globs []string) (string, error) {
	for _, dir := range filepath.SplitList(path) {
		if complete(dir) {
			return dir, nil
		}
	}
	var found []string
	for _, glob := range globs {
		dirs, err := filepath.Glob(glob)
		if err != nil {
			return "", fmt.Errorf("cluster: look in %s: %w", glob, err)
		}
		found = append(found, slices.DeleteFunc(dirs, func(d string) bool { return !complete(d) })...)
	}
	if len(found) == 0 {
		return "", ErrNoBinaries
	}
	return slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(version(a), version(b)) }), nil
}

// complete reports whether dir holds all we run. A client package alone brings
// a pg_ctl without a server on some distributions.
func complete(dir string) bool {
	for _, name := range []string{"initdb", "pg_ctl", "postgres"} {
		if _, err := exec.LookPath(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

// version returns the first number in the path of a binaries folder.
func version(dir string) int {
	start := -1
	for i := range len(dir) + 1 {
		digit := i < len(dir) && dir[i] >= '0' && dir[i] <= '9'
		switch {
		case digit && start < 0:
			start = i
		case !digit && start >= 0:
			n, err := strconv.Atoi(dir[start:i])
			if err != nil {
				return 0
			}
			return n
		}
	}
	return 0
}
