package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

func main() {
	var o options
	flag.StringVar(&o.addr, "addr", "localhost:8080", "`address` to listen on")
	flag.StringVar(&o.path, "db", "embedhttp.db", "SQLite `file`")
	flag.StringVar(&o.dsn, "dsn", "", "PostgreSQL `URL` to use instead of SQLite")
	flag.BoolVar(&o.config.secure, "secure", false, "send the session cookie over HTTPS only")
	flag.Parse()
	o.config.logger = slog.New(slog.NewTextHandler(os.Stderr, nil))

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "embedhttp:", err)
		os.Exit(1)
	}
}

// options are what the command line says.
type options struct {
	addr, path, dsn string
	config          config
	// ready, if not nil, is told the URL once requests are taken.
	ready func(url string)
}

// run serves until ctx ends, then finishes the requests that are under way.
func run(ctx context.Context, o options) (err error) {
	d, err := open(ctx, o.path, o.dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	h, err := newHost(ctx, d, o.config)
	if err != nil {
		return err
	}
	if err := h.stockUp(ctx); err != nil {
		return err
	}

	// Requests outlive the signal: they are told to hurry by Shutdown only.
	work := context.WithoutCancel(ctx)
	server := &http.Server{
		Handler: h.handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second,
		BaseContext: func(net.Listener) context.Context { return work },
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", o.addr)
	if err != nil {
		return err
	}
	url := "http://" + l.Addr().String()
	h.logger.InfoContext(ctx, "the shop is open", "url", url)
	if o.ready != nil {
		o.ready(url)
	}

	var running sync.WaitGroup
	running.Go(func() {
		if err := h.shop.Run(ctx); err != nil { // delivers events
			h.logger.ErrorContext(ctx, "the relay has stopped", "error", err)
		}
	})
	running.Go(func() {
		<-ctx.Done()
		end, cancel := context.WithTimeout(work, 20*time.Second)
		defer cancel()
		if err := server.Shutdown(end); err != nil {
			h.logger.ErrorContext(end, "some requests were cut off", "error", err)
		}
	})
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	running.Wait()
	return nil
}
