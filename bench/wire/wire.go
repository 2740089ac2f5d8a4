// Package wire counts the round trips between a PostgreSQL client and its
// server on the socket: a trip ends with a Sync or a simple Query of the client.
package wire

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
)

// Counter is a proxy before a server. It is safe for concurrent use.
type Counter struct {
	target string
	ln     net.Listener
	trips  atomic.Int64
	wg     sync.WaitGroup
}

// New starts a counter before the server of dsn, which must be a URL, and
// returns the DSN that leads through it. TLS is off: the frames are read.
func New(dsn string) (*Counter, string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, "", err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // ends with Close
	if err != nil {
		return nil, "", err
	}
	c := &Counter{target: u.Host, ln: ln}
	u.Host = ln.Addr().String()
	q := u.Query()
	q.Set("sslmode", "disable")
	u.RawQuery = q.Encode()
	c.wg.Go(c.accept)
	return c, u.String(), nil
}

// Trips returns how many trips there have been.
func (c *Counter) Trips() int64 { return c.trips.Load() }

// Close stops the counter; connections that are open end with their client.
func (c *Counter) Close() error { return c.ln.Close() }

func (c *Counter) accept() {
	for {
		client, err := c.ln.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", c.target) //nolint:noctx // ends with the client
		if err != nil {
			_ = client.Close()
			continue
		}
		go func() {
			_, _ = io.Copy(client, server)
			_ = client.Close()
		}()
		go func() {
			_ = c.pass(server, client)
			_ = server.Close()
		}()
	}
}

// pass hands frames to the server and counts those that ask for an answer.
func (c *Counter) pass(server io.Writer, client io.Reader) error {
	var head [5]byte
	start := true // the first frame has no type
	for {
		h := head[:]
		if start {
			h = head[1:]
		}
		if _, err := io.ReadFull(client, h); err != nil {
			return err
		}
		n := int64(binary.BigEndian.Uint32(head[1:])) - 4
		if n < 0 {
			return errors.New("wire: frame of negative length")
		}
		if !start && (head[0] == 'S' || head[0] == 'Q') {
			c.trips.Add(1)
		}
		if _, err := server.Write(h); err != nil {
			return err
		}
		if _, err := io.CopyN(server, client, n); err != nil {
			return err
		}
		start = false
	}
}
