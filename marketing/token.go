package marketing

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
)

// MinSecret is the smallest length of a secret in bytes.
const MinSecret = 16

// Tokens makes and reads the tokens of the links in messages. A token is sealed:
// it proves that it comes from this shop and tenant, and shows nobody the
// address that is in it. The same input gives the same token, of letters,
// digits, '-' and '_'. A Tokens is a value without state and may be used from
// many goroutines; the zero value makes and reads none.
type Tokens struct {
	seal  cipher.AEAD
	nonce [sha256.Size]byte
}

// NewTokens returns the tokens of a tenant, sealed with the secret of the shop.
// A secret of fewer than MinSecret bytes is an Invalid error that names it.
func NewTokens(secret []byte, tenant string) (Tokens, error) {
	var c fault.Check
	c.That(len(secret) >= MinSecret, "secret", "too_short", fmt.Sprintf("must have at least %d bytes", MinSecret))
	if err := c.Err("marketing.secret"); err != nil {
		return Tokens{}, err
	}
	key := digest(secret, "kontor/marketing/token/seal/1\x00"+tenant)
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return Tokens{}, fmt.Errorf("marketing: key of tokens: %w", err)
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return Tokens{}, fmt.Errorf("marketing: seal of tokens: %w", err)
	}
	return Tokens{seal: seal, nonce: digest(secret, "kontor/marketing/token/nonce/1\x00"+tenant)}, nil
}

func digest(key []byte, text string) [sha256.Size]byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return [sha256.Size]byte(mac.Sum(nil))
}

// What a token is for.
const (
	useConfirm     = "c"
	useUnsubscribe = "u"
)

// ticket is what is in a token.
type ticket struct {
	use   string
	topic Topic
	n     int
	until int64 // in seconds since 1970
}

// written is a ticket as JSON, short.
type written struct {
	Use     string  `json:"u"`
	Channel Channel `json:"c"`
	Address string  `json:"a"`
	Purpose Purpose `json:"p"`
	N       int     `json:"n,omitempty"`
	Until   int64   `json:"t,omitempty"`
}

// maxToken is longer than any token of ours.
const maxToken = 1024

func (s Tokens) issue(k ticket) (string, error) {
	var c fault.Check
	c.That(s.seal != nil, "secret", "required", "must be set")
	k.topic = k.topic.check(&c, "")
	if err := c.Err("marketing.token"); err != nil {
		return "", err
	}
	plain, err := json.Marshal(written{k.use, k.topic.Channel, k.topic.Address, k.topic.Purpose, k.n, k.until})
	if err != nil {
		return "", fmt.Errorf("marketing: write a token: %w", err)
	}
	// The nonce follows from the text, so it never meets another text.
	sum := digest(s.nonce[:], string(plain))
	nonce := sum[:s.seal.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(s.seal.Seal(nonce, nonce, plain, nil)), nil
}

func (s Tokens) read(token, use string) (ticket, error) {
	if s.seal == nil || len(token) > maxToken {
		return ticket{}, ErrBadToken
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) < s.seal.NonceSize() {
		return ticket{}, ErrBadToken
	}
	nonce, sealed := b[:s.seal.NonceSize()], b[s.seal.NonceSize():]
	plain, err := s.seal.Open(nil, nonce, sealed, nil)
	if err != nil {
		return ticket{}, ErrBadToken
	}
	var w written
	if err := json.Unmarshal(plain, &w); err != nil || w.Use != use {
		return ticket{}, ErrBadToken
	}
	return ticket{use: w.Use, topic: Topic{w.Channel, w.Address, w.Purpose}, n: w.N, until: w.Until}, nil
}
