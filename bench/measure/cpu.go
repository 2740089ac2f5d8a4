package measure

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Meter tells how much processor time has been used so far by all that does
// the work. It is the sturdiest figure where other programs share the machine.
type Meter func() time.Duration

// Own is the meter of this process.
func Own() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// WithPostgres is the meter of this process and of the server behind db, if it
// is on this machine and says which process it is. If not, it is Own.
func WithPostgres(ctx context.Context, db *sql.DB) Meter {
	var text string
	row := db.QueryRowContext(ctx, "SELECT pg_read_file('postmaster.pid')")
	if err := row.Scan(&text); err != nil {
		return Own
	}
	line, _, _ := strings.Cut(text, "\n")
	parent, err := strconv.Atoi(line)
	if err != nil {
		return Own
	}
	return func() time.Duration { return Own() + ofChildren(parent) }
}

// tick is the unit of the times in /proc on Linux.
const tick = 10 * time.Millisecond

// ofChildren sums what the processes of a parent have used.
func ofChildren(parent int) time.Duration {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0
	}
	var sum time.Duration
	for _, name := range files {
		b, err := os.ReadFile(name) //nolint:gosec // a name from /proc
		if err != nil {
			continue // it has ended meanwhile
		}
		// The name of the program may hold spaces; what follows it does not.
		fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
		if len(fields) < 13 || fields[1] != strconv.Itoa(parent) {
			continue
		}
		for _, f := range fields[11:13] {
			n, err := strconv.Atoi(f)
			if err == nil {
				sum += time.Duration(n) * tick
			}
		}
	}
	return sum
}
