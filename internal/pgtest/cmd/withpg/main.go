// Command withpg starts one throw-away PostgreSQL, runs a command that finds
// its URL in KONTOR_TEST_PG, and stops the server whatever the command did.
//
//	withpg -- go test ./...
//
// It exits with the command's status. If KONTOR_TEST_PG is already set, that
// server is used and nothing is started. With -fsync=false the server never
// waits for the disk, which is for benchmarks of something else. A line of
// postgresql.conf is given by -set, as often as needed:
//
//	withpg -set 'shared_buffers = 1GB' -- go run ./bench
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/kontor-go/kontor/internal/pgtest/cluster"
)

// env is the variable that pgtest reads.
const env = "KONTOR_TEST_PG"

func main() {
	fsync := flag.Bool("fsync", true, "wait for the disk at every commit")
	var cfg cluster.Config
	flag.Func("set", "a line of postgresql.conf; may be repeated", func(line string) error {
		cfg.Settings = append(cfg.Settings, line)
		return nil
	})
	flag.Parse()
	if !*fsync {
		cfg.Settings = append(cfg.Settings, "fsync = off", "synchronous_commit = off", "full_page_writes = off")
	}
	status, err := run(cfg, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpg:", err)
	}
	os.Exit(status)
}

func run(cfg cluster.Config, command []string) (status int, err error) {
	if len(command) == 0 {
		return 2, errors.New("usage: withpg [-fsync=false] -- command")
	}
	// A signal ends the command, and with it us, in order.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if os.Getenv(env) == "" {
		c, err := cluster.Start(ctx, cfg)
		if err != nil {
			return 1, err
		}
		defer func() {
			err = errors.Join(err, c.Stop())
			fmt.Fprintln(os.Stderr, "withpg: PostgreSQL stopped")
		}()
		if err := os.Setenv(env, c.AdminDSN()); err != nil {
			return 1, err
		}
		fmt.Fprintf(os.Stderr, "withpg: PostgreSQL of %s listens on 127.0.0.1:%d\n", c.Binaries(), c.Port())
	} else {
		fmt.Fprintf(os.Stderr, "withpg: using the PostgreSQL of %s\n", env)
	}
	return execute(ctx, command)
}

// execute runs the command with our input and output and returns its status.
func execute(ctx context.Context, command []string) (int, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // the caller's own command
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	err := cmd.Run()
	var failed *exec.ExitError
	if errors.As(err, &failed) && failed.ExitCode() > 0 {
		return failed.ExitCode(), nil
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}
