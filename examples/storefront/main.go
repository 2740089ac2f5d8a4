package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
)

// The exit codes, beside 0.
const (
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// options are what the command line says.
type options struct {
	addr, path string
	// empty leaves out the trade of the fortnight before.
	empty bool
	// ready, if not nil, is told of the shop once requests are taken.
	ready func(url, password, mail string)
}

// run is the program without the process around it, and returns its exit code.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	var o options
	f := flag.NewFlagSet("storefront", flag.ContinueOnError)
	f.SetOutput(errs)
	f.StringVar(&o.addr, "addr", "localhost:8080", "`address` to listen on")
	f.StringVar(&o.path, "db", "", "SQLite `file` to keep the shop in (default: a temporary one)")
	f.BoolVar(&o.empty, "empty", false, "open without the made-up trade of the last fortnight")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return exitUsage
	}
	if f.NArg() > 0 {
		tell(errs, fmt.Sprintf("storefront: what is %q? There are only flags", f.Arg(0)))
		return exitUsage
	}
	o.ready = func(url, password, mail string) {
		tell(out, "The shop is open:       "+url)
		tell(out, "The back office:        "+url+"/staff")
		tell(out, "Its password, this run: "+password)
		tell(out, "Emails are written to:  "+mail)
		tell(out, "Ctrl-C closes the shop.")
	}
	if err := serve(ctx, o, slog.New(slog.NewTextHandler(errs, nil))); err != nil {
		tell(errs, "storefront:", err)
		if errors.Is(err, syscall.EADDRINUSE) {
			tell(errs, "  -> something listens there: choose another place with -addr localhost:8081")
		}
		return exitFailed
	}
	return 0
}

// tell writes a line to a person. If nobody can read it there is nobody to tell.
func tell(w io.Writer, words ...any) { _, _ = fmt.Fprintln(w, words...) }

// serve keeps the shop open until ctx ends, then finishes the requests that are
// under way.
func serve(ctx context.Context, o options, logger *slog.Logger) (err error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", o.addr)
	if err != nil {
		return err
	}
	defer l.Close() //nolint:errcheck // the server has closed it, or never took it
	store, mail, clean, err := openStore(o.path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close(), clean()) }()
	s, err := newSite(ctx, store, config{logger: logger, base: "http://" + l.Addr().String(), mail: mail, trade: !o.empty})
	if err != nil {
		return err
	}

	// Requests outlive the signal: they are told to hurry by Shutdown only.
	work := context.WithoutCancel(ctx)
	server := &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 1 << 16,
		BaseContext: func(net.Listener) context.Context { return work },
		ErrorLog:    slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	var running sync.WaitGroup
	running.Go(func() {
		if err := s.shop.Run(ctx); err != nil { // delivers events
			logger.ErrorContext(ctx, "the relay has stopped", "error", err)
		}
	})
	running.Go(func() {
		<-ctx.Done()
		end, cancel := context.WithTimeout(work, 20*time.Second)
		defer cancel()
		if err := server.Shutdown(end); err != nil {
			logger.ErrorContext(end, "some requests were cut off", "error", err)
		}
	})
	if o.ready != nil {
		o.ready(s.base, s.password, mail)
	}
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	running.Wait()
	return nil
}

// openStore opens the file of the shop, or a temporary one that clean removes.
// mail is the folder beside it into which messages are written.
func openStore(path string) (store *bunstore.Store, mail string, clean func() error, err error) {
	if path != "" {
		store, err = sqlite.Open(path, nil)
		return store, path + ".mail", func() error { return nil }, err
	}
	dir, err := os.MkdirTemp("", "kontor-storefront-")
	if err != nil {
		return nil, "", nil, err
	}
	store, err = sqlite.Open(filepath.Join(dir, "shop.db"), nil)
	if err != nil {
		return nil, "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return store, filepath.Join(dir, "mail"), func() error { return os.RemoveAll(dir) }, nil
}
