// Package wireproxy stands between a PostgreSQL client and its server, counts
// the round trips, and loses what a test tells it to lose.
//
// It reads the frames of the protocol (postgresql.org, "Message Formats"), so
// it knows where a trip ends: at a Sync or a simple Query of the client.
package wireproxy

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
)

// Action is what happens to one trip.
type Action int

// Actions.
const (
	// Pass lets the trip through.
	Pass Action = iota
	// LoseReply runs the trip on the server and closes the client's side (FIN).
	LoseReply
	// ResetReply is LoseReply with a reset (RST).
	ResetReply
	// Cut closes both sides before the server has seen the trip.
	Cut
	// Strand closes the client's side and keeps the trip; the server sees it
	// when Deliver is called, as after a partition.
	Strand
	// Abandon hands the trip to the server and closes the client's side at
	// once, without waiting for the server, which may be waiting for a lock.
	Abandon
)

// Proxy is one listener. It is safe for concurrent use.
type Proxy struct {
	t      testing.TB
	target string
	ln     net.Listener
	trips  atomic.Int64
	mu     sync.Mutex
	judge  func(trip int) Action
	seen   int
	held   []stranded
	wg     sync.WaitGroup
}

type stranded struct {
	server net.Conn
	bytes  []byte
}

// New starts a proxy before the server of dsn, which must be a URL, and
// returns it with the DSN that leads through it. It ends with the test.
func New(t testing.TB, dsn string) (*Proxy, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatalf("wireproxy: %v", err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // ends with the test
	if err != nil {
		t.Fatalf("wireproxy: %v", err)
	}
	p := &Proxy{t: t, target: u.Host, ln: ln}
	u.Host = ln.Addr().String()
	q := u.Query()
	q.Set("sslmode", "disable")
	u.RawQuery = q.Encode()
	go p.accept()
	t.Cleanup(func() {
		_ = ln.Close()
		p.Deliver()
	})
	return p, u.String()
}

// Trips returns how many round trips have been made.
func (p *Proxy) Trips() int { return int(p.trips.Load()) }

// Arm asks judge about every trip from now on, counting from 0.
func (p *Proxy) Arm(judge func(trip int) Action) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.judge, p.seen = judge, 0
}

// Once does action to the trip with this number, and lets all others pass.
func Once(n int, action Action) func(int) Action {
	return func(trip int) Action {
		if trip == n {
			return action
		}
		return Pass
	}
}

func (p *Proxy) verdict() Action {
	p.trips.Add(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.judge == nil {
		return Pass
	}
	p.seen++
	return p.judge(p.seen - 1)
}

// cancelRequest is the code by which a connection says that it only wants to
// cancel what another one waits for.
const cancelRequest = 80877102

var errCancel = errors.New("wireproxy: cancel request dropped")

func (p *Proxy) armed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.judge != nil
}

// Seen returns how many trips were judged since Arm.
func (p *Proxy) Seen() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen
}

// Deliver hands stranded trips to the server and waits for its answers.
func (p *Proxy) Deliver() {
	p.mu.Lock()
	held := p.held
	p.held = nil
	p.mu.Unlock()
	for _, h := range held {
		_, _ = h.server.Write(h.bytes)
		_ = readUntilReady(h.server)
		_ = h.server.Close()
	}
}

func (p *Proxy) accept() {
	for {
		c, err := p.ln.Accept()
		if err != nil {
			return
		}
		go p.serve(c)
	}
}

func (p *Proxy) serve(client net.Conn) {
	defer client.Close()                     //nolint:errcheck // what is lost is lost
	server, err := net.Dial("tcp", p.target) //nolint:noctx // ends with the test
	if err != nil {
		return
	}
	keep := false
	defer func() {
		if !keep {
			_ = server.Close()
		}
	}()
	if err := p.handshake(client, server); err != nil {
		return
	}
	for {
		trip, err := readTrip(client)
		if err != nil {
			return
		}
		switch action := p.verdict(); action {
		case Pass:
			if _, err := server.Write(trip); err != nil {
				return
			}
			if err := copyUntilReady(client, server); err != nil {
				return
			}
		case LoseReply, ResetReply:
			_, _ = server.Write(trip)
			_ = readUntilReady(server)
			if t, ok := client.(*net.TCPConn); ok && action == ResetReply {
				_ = t.SetLinger(0)
			}
			return
		case Cut:
			return
		case Strand:
			keep = true
			p.mu.Lock()
			p.held = append(p.held, stranded{server: server, bytes: trip})
			p.mu.Unlock()
			return
		case Abandon:
			keep = true
			_, _ = server.Write(trip)
			p.wg.Go(func() { _ = readUntilReady(server); _ = server.Close() })
			return
		}
	}
}

// Settled waits until the server has answered every abandoned trip.
func (p *Proxy) Settled() { p.wg.Wait() }

// handshake passes the start of a connection until the server is ready.
func (p *Proxy) handshake(client, server net.Conn) error {
	start, err := readStart(client)
	if err != nil {
		return err
	}
	if binary.BigEndian.Uint32(start[4:]) == cancelRequest && p.armed() {
		return errCancel // what is lost cannot be called back
	}
	if _, err := server.Write(start); err != nil {
		return err
	}
	for {
		typ, msg, err := readMessage(server)
		if err != nil {
			return err
		}
		if _, err := client.Write(msg); err != nil {
			return err
		}
		switch {
		case typ == 'Z':
			return nil
		case typ == 'R' && binary.BigEndian.Uint32(msg[5:9]) != 0 && binary.BigEndian.Uint32(msg[5:9]) != 12:
			_, answer, err := readMessage(client)
			if err != nil {
				return err
			}
			if _, err := server.Write(answer); err != nil {
				return err
			}
		}
	}
}

func readStart(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	body := make([]byte, int(binary.BigEndian.Uint32(head[:]))-4)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err
	}
	return append(head[:], body...), nil
}

// readTrip reads what a client sends until it waits for an answer.
func readTrip(r io.Reader) ([]byte, error) {
	var trip []byte
	for {
		typ, msg, err := readMessage(r)
		if err != nil {
			return nil, err
		}
		trip = append(trip, msg...)
		switch typ {
		case 'S', 'Q':
			return trip, nil
		case 'X':
			return nil, io.EOF
		}
	}
}

func readMessage(r io.Reader) (byte, []byte, error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := int(binary.BigEndian.Uint32(head[1:])) - 4
	if n < 0 || n > 64<<20 {
		return 0, nil, errors.New("wireproxy: no message")
	}
	msg := make([]byte, 5+n)
	copy(msg, head[:])
	if _, err := io.ReadFull(r, msg[5:]); err != nil {
		return 0, nil, err
	}
	return head[0], msg, nil
}

func copyUntilReady(client io.Writer, server io.Reader) error {
	for {
		typ, msg, err := readMessage(server)
		if err != nil {
			return err
		}
		if _, err := client.Write(msg); err != nil {
			return err
		}
		if typ == 'Z' {
			return nil
		}
	}
}

func readUntilReady(server io.Reader) error { return copyUntilReady(io.Discard, server) }
