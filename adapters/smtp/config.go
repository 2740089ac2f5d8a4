package smtp

import (
	"crypto/tls"
	"strings"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/notification"
)

// Encryption is how the connection is kept private.
type Encryption string

// The ways.
const (
	// StartTLS begins in the clear and goes on only if the server encrypts. It
	// is the default.
	StartTLS Encryption = ""
	// ImplicitTLS is encrypted from the beginning.
	ImplicitTLS Encryption = "implicit"
	// Cleartext is for a server on the same machine.
	Cleartext Encryption = "cleartext"
)

// Config says where the server is and who writes.
type Config struct {
	// Host is the name of the server. Required.
	Host string
	// Port defaults to 587, and to 465 with ImplicitTLS.
	Port int
	// Encryption defaults to StartTLS.
	Encryption Encryption
	// TLS may be nil.
	TLS *tls.Config
	// Username and Password log in. Empty: no log-in.
	Username string
	Password string
	// From is the address that messages come from. Required.
	From string
	// FromName is the name beside it. May be empty.
	FromName string
	// ReplyTo is where answers go. Defaults to From.
	ReplyTo string
	// Timeout is how long one message may take. Defaults to 20 s; the context of
	// the caller may make it shorter.
	Timeout time.Duration
	// RepeatUnclear lets a message be sent again if its outcome is unclear. The
	// default is to send once and never again by itself.
	RepeatUnclear bool
}

// check fills in the defaults and returns all that is wrong.
func (cfg *Config) check() error {
	var c fault.Check
	c.Required("Host", cfg.Host, 253)
	if cfg.Port == 0 {
		cfg.Port = 587
		if cfg.Encryption == ImplicitTLS {
			cfg.Port = 465
		}
	}
	c.Range("Port", int64(cfg.Port), 1, 65535)
	switch cfg.Encryption {
	case StartTLS, ImplicitTLS, Cleartext:
	default:
		c.Add("Encryption", "unknown", "must be StartTLS, ImplicitTLS or Cleartext")
	}
	c.That((cfg.Username == "") == (cfg.Password == ""), "Password", "incomplete", "must come with a user name")
	c.That(cfg.Username == "" || cfg.Encryption != Cleartext, "Encryption", "unsafe", "must encrypt a password")
	notification.CheckEmail(&c, "From", cfg.From)
	cfg.FromName = c.Text("FromName", cfg.FromName, 200)
	if cfg.ReplyTo == "" {
		cfg.ReplyTo = cfg.From
	}
	notification.CheckEmail(&c, "ReplyTo", cfg.ReplyTo)
	if cfg.Timeout == 0 {
		cfg.Timeout = 20 * time.Second
	}
	c.That(cfg.Timeout > 0, "Timeout", "out_of_range", "must be positive")
	return c.Err("smtp.config")
}

// domain is the right side of the Message-ID.
func (cfg *Config) domain() string { return cfg.From[strings.LastIndexByte(cfg.From, '@')+1:] }
