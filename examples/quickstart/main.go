package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/order"
)

// The exit codes, beside 0.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130 // as shells report Ctrl-C
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr, sources{})
	stop()
	os.Exit(code)
}

// sources are where ids and order numbers come from, for tests that want to know
// them beforehand. Nil is what the engine makes up.
type sources struct {
	newID   id.Source
	numbers order.Numberer
}

// run is the program without the process around it, and returns its exit code.
func run(ctx context.Context, args []string, out, errs io.Writer, from sources) int {
	o, err := parse(args, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return exitUsage
	}
	s := &story{report: report{w: out}, errs: errs, sources: from, diary: &diary{}}
	if err := s.sell(ctx, o); err != nil {
		if ctx.Err() != nil {
			tell(errs, "\nquickstart: interrupted. What was committed stays, the rest never happened.")
			if o.path != "" || o.dsn != "" {
				tell(errs, "  -> run it again as before, and the story goes on")
			}
			return exitInterrupted
		}
		tell(errs, "\nquickstart:", err)
		if hint := next(err, o); hint != "" {
			tell(errs, "  ->", hint)
		}
		return exitFailed
	}
	return 0
}

// tell writes a line to a person. If nobody can read it there is nobody to tell.
func tell(w io.Writer, words ...any) { _, _ = fmt.Fprintln(w, words...) }

// options are what the command line says.
type options struct {
	path  string
	dsn   string
	fresh bool
	pay   string
	out   string
}

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	f.SetOutput(errs)
	f.StringVar(&o.path, "db", "", "SQLite `file` to keep the shop in (default: a temporary one)")
	f.StringVar(&o.dsn, "dsn", "", "PostgreSQL `URL` to use instead of SQLite")
	f.BoolVar(&o.fresh, "fresh", false, "begin anew: delete the file of -db first")
	f.StringVar(&o.pay, "pay", transfer, "how the customer pays: transfer, or stripe, which is simulated in this program")
	f.StringVar(&o.out, "out", "", "`folder` for mail, labels and slips (default: a new one, named at the end)")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	wrong := ""
	switch {
	case f.NArg() > 0:
		wrong = fmt.Sprintf("what is %q? There are only flags", f.Arg(0))
	case o.path != "" && o.dsn != "":
		wrong = "choose one of -db and -dsn"
	case o.pay != transfer && o.pay != card:
		wrong = fmt.Sprintf("-pay knows transfer and stripe, not %q", o.pay)
	case o.fresh && o.path == "":
		wrong = "-fresh needs -db: every other run is fresh anyway"
	}
	if wrong == "" {
		return o, nil
	}
	tell(errs, "quickstart:", wrong)
	f.Usage()
	return o, errUsage
}

var (
	errUsage      = errors.New("usage")
	errBroken     = errors.New("the story broke off")
	errViolations = errors.New("the audit has found violations; they are listed above")
)

// next says what to do about an error.
func next(err error, o options) string {
	switch {
	case errors.Is(err, errViolations):
		return "that is a bug in the engine: please report it with the output above"
	case errors.Is(err, errOutput):
		return "give it a terminal, or a file on a disk with room"
	case errors.Is(err, errBroken) && o.dsn+o.path != "":
		return "run it again as before, and it goes on there; if it does not, please report it with the output above"
	case errors.Is(err, errBroken):
		return "please report it with the output above; with -db shop.db the file can be looked at"
	case errors.Is(err, errFolder):
		return "choose a folder that can be written to; it is made if it is missing"
	case errors.Is(err, errNotOurs):
		return "choose another file, or remove it yourself"
	case fault.CodeOf(err) == "dsn_invalid":
		return "write it as postgres://user:password@host:5432/database"
	case o.dsn != "" && errors.Is(err, fault.Unavailable):
		return "is the server running, and do host, port and password match? psql with the same URL tells"
	case fault.CodeOf(err) == "schema_newer":
		return "the database was made by a newer version: update, or take another database"
	case o.dsn != "":
		return "does the user of the URL own the database? It has to create tables"
	case o.path != "":
		return "is " + o.path + " in a folder that exists, writable, and a SQLite file? With -fresh it is begun anew"
	default:
		return "try again with -db shop.db, so that the file can be looked at"
	}
}
