package cluster

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Config says how to start a cluster. The zero value is ready for use.
type Config struct {
	// Settings are lines of postgresql.conf, such as "fsync = off". They come
	// last, so they win over ours.
	Settings []string
	// MaxConnections bounds the server's connections. Defaults to 400, enough
	// for several test binaries at once.
	MaxConnections int
}

// Cluster is a running server. Its methods may be called from many goroutines,
// except Stop, Crash and Resume, which must not overlap each other.
type Cluster struct {
	bin      string // folder of the binaries
	dir      string // holds data, socket, log
	port     int
	password string
	watchdog io.Closer
}

// user is the superuser of every cluster; it is also the name of the first
// database, through which others are created.
const user = "kontor"

// attempts bounds how often another port is tried: between our choice and the
// server's start somebody else may take it.
const attempts = 5

// Start initialises a cluster in a temporary folder and waits until it accepts
// connections, which takes about two seconds. The caller stops it; if the
// process dies first, the watchdog does.
func Start(ctx context.Context, cfg Config) (*Cluster, error) {
	bin, err := Binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(shortTemp(), "kontor-pg-")
	if err != nil {
		return nil, fmt.Errorf("cluster: make a folder: %w", err)
	}
	c := &Cluster{bin: bin, dir: dir, password: rand.Text()}
	if err := c.begin(ctx, cfg); err != nil {
		return nil, errors.Join(err, c.Stop()) //nolint:contextcheck // ctx may have ended
	}
	return c, nil
}

// maxTemp is the longest temporary folder that leaves room for a socket's name
// in the 107 bytes a socket address may have.
const maxTemp = 60

func shortTemp() string {
	if dir := os.TempDir(); len(dir) <= maxTemp {
		return dir
	}
	return "/tmp"
}

func (c *Cluster) begin(ctx context.Context, cfg Config) error {
	if err := c.own(c.dir); err != nil {
		return err
	}
	if err := c.watch(); err != nil {
		return err
	}
	if err := c.initialise(ctx, cfg); err != nil {
		return err
	}
	var err error
	for range attempts {
		if c.port, err = freePort(ctx); err != nil {
			return err
		}
		if err = c.Resume(ctx); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

func freePort(ctx context.Context) (int, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("cluster: find a free port: %w", err)
	}
	defer l.Close() //nolint:errcheck // nothing was accepted or written
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return 0, fmt.Errorf("cluster: find a free port: %w", err)
	}
	return strconv.Atoi(port)
}

func (c *Cluster) initialise(ctx context.Context, cfg Config) error {
	secret := filepath.Join(c.dir, "password")
	if err := os.WriteFile(secret, []byte(c.password), 0o600); err != nil {
		return fmt.Errorf("cluster: write password: %w", err)
	}
	if err := c.own(secret); err != nil {
		return err
	}
	err := c.run(ctx, "initdb", "--pgdata="+c.data(), "--username="+user, "--pwfile="+secret, "--no-sync",
		"--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(c.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("cluster: configure: %w", err)
	}
	_, err = f.WriteString(strings.Join(c.settings(cfg), "\n") + "\n")
	return errors.Join(err, f.Close())
}

func (c *Cluster) settings(cfg Config) []string {
	limit := cfg.MaxConnections
	if limit == 0 {
		limit = 400
	}
	return append([]string{
		"listen_addresses = '127.0.0.1'",
		"unix_socket_directories = '" + c.dir + "'",
		"unix_socket_permissions = 0700",
		"max_connections = " + strconv.Itoa(limit),
		"shared_buffers = 256MB",
		"max_wal_size = 2GB",
		"timezone = 'UTC'",
		"log_timezone = 'UTC'",
		"log_line_prefix = '%m [%p] %d '",
	}, cfg.Settings...)
}

// Resume starts the server again after Crash, on the port it had, and waits
// until it accepts connections.
func (c *Cluster) Resume(ctx context.Context) error {
	err := c.run(ctx, "pg_ctl", "start", "--pgdata="+c.data(), "--wait", "--timeout=60", "--silent",
		"--log="+c.log(), "--options=-p "+strconv.Itoa(c.port))
	if err == nil {
		return nil
	}
	text, readErr := os.ReadFile(c.log())
	return errors.Join(err, readErr, errors.New(tail(text)))
}

// Crash ends the server as a power failure would: no session is ended in
// order, nothing unsaved is saved. Resume recovers it.
func (c *Cluster) Crash(ctx context.Context) error {
	return c.run(ctx, "pg_ctl", "stop", "--pgdata="+c.data(), "--mode=immediate", "--wait", "--silent")
}

// stopTime is how long Stop waits for the server to end.
const stopTime = 30 * time.Second

// Stop ends the server, whoever is connected, and removes its folder. A second
// Stop does nothing.
func (c *Cluster) Stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	var err error
	if _, statErr := os.Stat(filepath.Join(c.data(), "postmaster.pid")); statErr == nil {
		err = c.Crash(ctx) // the data is thrown away, so nothing is worth saving
	}
	err = errors.Join(err, os.RemoveAll(c.dir))
	if c.watchdog != nil {
		err = errors.Join(err, c.watchdog.Close())
		c.watchdog = nil
	}
	return err
}

// DSN returns the URL of a database over TCP, with its password.
func (c *Cluster) DSN(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(user, c.password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(c.port)),
		Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// SocketDSN returns the URL of a database over the Unix socket, which is a
// little faster and cannot be observed by a proxy.
func (c *Cluster) SocketDSN(database string) string {
	q := url.Values{"host": {c.dir}, "port": {strconv.Itoa(c.port)}}
	u := url.URL{Scheme: "postgres", User: url.User(user), Path: "/" + database, RawQuery: q.Encode()}
	return u.String()
}

// AdminDSN returns the URL of the database through which others are created.
func (c *Cluster) AdminDSN() string { return c.DSN("postgres") }

// Binaries returns the folder of the server's programs.
func (c *Cluster) Binaries() string { return c.bin }

// Dir returns the folder that holds the server's data, socket and log.
func (c *Cluster) Dir() string { return c.dir }

// Port returns the TCP port.
func (c *Cluster) Port() int { return c.port }

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }
func (c *Cluster) log() string  { return filepath.Join(c.dir, "log") }

// run runs one of the server's programs as the user that owns the cluster.
func (c *Cluster) run(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, name), args...) //nolint:gosec // a program of PostgreSQL
	cmd.Dir = c.dir
	cmd.Env = []string{"PATH=" + c.bin + ":/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"}
	cmd.SysProcAttr = attributes()
	// A file and not a pipe: the server keeps what it inherits open for as long
	// as it lives, and a pipe would make us wait for that.
	out, err := os.CreateTemp(c.dir, name+"-*.out")
	if err != nil {
		return fmt.Errorf("cluster: %s: %w", name, err)
	}
	defer os.Remove(out.Name()) //nolint:errcheck // it goes with the folder
	cmd.Stdout, cmd.Stderr = out, out
	err = errors.Join(cmd.Run(), out.Close())
	if err == nil {
		return nil
	}
	text, readErr := os.ReadFile(out.Name())
	return errors.Join(fmt.Errorf("cluster: %s: %w: %s", name, err, tail(text)), readErr)
}

// tail returns the last lines of a program's output.
func tail(text []byte) string {
	const limit = 2000
	text = bytes.TrimSpace(text)
	return string(text[max(0, len(text)-limit):])
}
