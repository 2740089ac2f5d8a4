// Command bench measures the engine against floors written by hand for the
// database below it, prints one table, and adds its lines to
// bench/results.jsonl.
//
//	make bench
//	make bench ARGS="-only place-order -seconds 1"
//
// It needs a PostgreSQL whose user may create databases: -pg, or the variable
// KONTOR_TEST_PG, which make bench sets. Without one only SQLite is measured.
// It exits with 1 if something required was missed.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/kontor-go/kontor/bench/measure"
	"github.com/kontor-go/kontor/bench/suite"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ok, err := run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	if err != nil || !ok {
		stop()
		os.Exit(1) //nolint:gocritic // stop has been called
	}
}

// options are the flags.
type options struct {
	suite   suite.Suite
	only    string
	out     string
	profile string
}

func parse() options {
	o := options{suite: suite.Suite{SKUs: 10_000, Clients: []int{1, 8, 32}, Log: os.Stderr}}
	seconds := flag.Float64("seconds", 0.5, "length of a slice")
	quick := flag.Bool("quick", false, "few short slices: to see that it runs")
	flag.StringVar(&o.suite.Postgres, "pg", os.Getenv("KONTOR_TEST_PG"), "URL of a PostgreSQL")
	flag.IntVar(&o.suite.Rounds, "rounds", 12, "slices of each side")
	flag.Func("clients", "numbers of clients, comma separated (default 1,8,32)", func(list string) error {
		return json.Unmarshal([]byte("["+list+"]"), &o.suite.Clients)
	})
	flag.StringVar(&o.suite.Backend, "backend", "", "measure on postgres or sqlite only")
	flag.StringVar(&o.only, "only", "", "run the benchmarks whose names are in this comma separated list")
	flag.StringVar(&o.out, "out", "bench/results.jsonl", "file that the results are added to, if any")
	flag.StringVar(&o.profile, "profile", "", "write a CPU profile there")
	flag.Parse()
	o.suite.Slice = time.Duration(*seconds * float64(time.Second))
	if *quick {
		o.suite.Rounds, o.suite.Slice, o.suite.SKUs = 2, 200*time.Millisecond, 500
	}
	return o
}

func run(ctx context.Context) (bool, error) {
	o := parse()
	dir, err := os.MkdirTemp("", "kontor-bench-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // best effort
	o.suite.Dir = dir
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return false, err
		}
		defer f.Close() //nolint:errcheck // the profile was written
		if err := pprof.StartCPUProfile(f); err != nil {
			return false, err
		}
		defer pprof.StopCPUProfile()
	}
	return o.measure(ctx)
}

// measure runs the benchmarks that are wanted. What was measured before an
// error is shown.
func (o options) measure(ctx context.Context) (bool, error) {
	var all []measure.Result
	for _, b := range suite.All() {
		if o.only != "" && !strings.Contains(","+o.only+",", ","+b.Name+",") {
			continue
		}
		rs, err := b.Run(ctx, o.suite)
		all = append(all, rs...)
		if err != nil {
			return false, fmt.Errorf("%s: %w", b.Name, err)
		}
	}
	if err := measure.Table(os.Stdout, all); err != nil {
		return false, err
	}
	ok := true
	for _, r := range all {
		ok = ok && r.Met()
	}
	if o.out == "" {
		return ok, nil
	}
	return ok, measure.Append(o.out, all)
}
