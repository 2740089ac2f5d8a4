package main

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// user is somebody who has signed up. Users are the host's own: the engine
// knows the text of their id, and nothing else.
type user struct {
	bun.BaseModel `bun:"table:app_user"`

	ID       string `bun:",pk"`
	Email    string `bun:",notnull,unique"`
	Salt     []byte `bun:",notnull"`
	Password []byte `bun:",notnull"`
	Rounds   int    `bun:",notnull"`
	// Cancelled counts the orders that the user has called off.
	Cancelled int `bun:",notnull"`
}

// actor is the user as the engine knows them.
func (u user) actor() op.Actor { return op.Actor{Kind: op.Buyer, ID: u.ID} }

func (u user) meta() op.Meta { return op.Meta{By: u.actor()} }

// session is a user who is signed in. The table holds no token that could be
// used, only its fingerprint.
type session struct {
	bun.BaseModel `bun:"table:app_session"`

	Print   string `bun:",pk"`
	UserID  string `bun:",notnull"`
	Expires int64  `bun:",notnull"` // microseconds since 1970
}

const (
	cookieName = "session"
	stay       = 30 * 24 * time.Hour
)

var (
	errSignedOut     = fault.New(fault.Denied, "signed_out", "Please sign in.")
	errWrongPassword = fault.New(fault.Denied, "wrong_password", "No user has this address and password.")
	errEmailTaken    = fault.New(fault.Conflict, "email_taken", "Somebody has signed up with this address.")
)

// credentials are what a user types.
type credentials struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

func (c credentials) checked() (credentials, error) {
	var f fault.Check
	c.Email = strings.ToLower(f.Required("email", c.Email, 254))
	f.That(strings.Contains(c.Email, "@"), "email", "bad_email", "must be an address")
	f.That(len(c.Password) >= 12 && len(c.Password) <= 200, "password", "bad_length", "must have 12 to 200 bytes")
	return c, f.Err("credentials")
}

func (h *host) signUp(w http.ResponseWriter, r *http.Request) (reply, error) {
	in, err := read[credentials](r)
	if err != nil {
		return reply{}, err
	}
	if in, err = in.checked(); err != nil {
		return reply{}, err
	}
	u := user{ID: "us_" + strings.ToLower(rand.Text()), Email: in.Email, Salt: []byte(rand.Text()), Rounds: h.rounds}
	if u.Password, err = u.hash(in.Password); err != nil {
		return reply{}, err
	}
	res, err := h.db.NewInsert().Model(&u).On("CONFLICT (email) DO NOTHING").Exec(r.Context())
	if err != nil {
		return reply{}, err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = errEmailTaken
	}
	if err != nil {
		return reply{}, err
	}
	return h.begin(w, r, u)
}

func (h *host) signIn(w http.ResponseWriter, r *http.Request) (reply, error) {
	in, err := read[credentials](r)
	if err != nil {
		return reply{}, err
	}
	u := user{Salt: []byte("nobody"), Rounds: h.rounds} // as much work as for somebody
	err = h.db.NewSelect().Model(&u).Where("email = ?", strings.ToLower(in.Email)).Scan(r.Context())
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return reply{}, err
	}
	typed, err := u.hash(in.Password)
	if err != nil {
		return reply{}, err
	}
	if subtle.ConstantTimeCompare(typed, u.Password) != 1 {
		return reply{}, errWrongPassword
	}
	return h.begin(w, r, u)
}

// begin begins a session.
func (h *host) begin(w http.ResponseWriter, r *http.Request, u user) (reply, error) {
	token := rand.Text()
	s := session{Print: printOf(token), UserID: u.ID, Expires: h.clock.Now().Add(stay).UnixMicro()}
	if _, err := h.db.NewInsert().Model(&s).Exec(r.Context()); err != nil {
		return reply{}, err
	}
	http.SetCookie(w, h.cookie(token, stay))
	return reply{http.StatusCreated, map[string]string{"user": u.ID}}, nil
}

func (h *host) cookie(value string, life time.Duration) *http.Cookie {
	return &http.Cookie{
		Name: cookieName, Value: value, Path: "/", MaxAge: int(life / time.Second),
		HttpOnly: true, Secure: h.secure, SameSite: http.SameSiteLaxMode,
	}
}

func (h *host) signOut(w http.ResponseWriter, r *http.Request) (reply, error) {
	if c, err := r.Cookie(cookieName); err == nil {
		if _, err := h.db.NewDelete().Model((*session)(nil)).Where("print = ?", printOf(c.Value)).Exec(r.Context()); err != nil {
			return reply{}, err
		}
	}
	http.SetCookie(w, h.cookie("", -time.Second))
	return reply{status: http.StatusNoContent}, nil
}

// whoIs returns the user of a request, or errSignedOut.
func (h *host) whoIs(r *http.Request) (user, error) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return user{}, errSignedOut
	}
	return h.userOf(r.Context(), printOf(c.Value))
}

func (h *host) userOf(ctx context.Context, fingerprint string) (user, error) {
	var u user
	err := h.db.NewSelect().Model(&u).
		Join("JOIN app_session AS s ON s.user_id = ?TableAlias.id").
		Where("s.print = ? AND s.expires > ?", fingerprint, h.clock.Now().UnixMicro()).
		Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return user{}, errSignedOut
	}
	return u, err
}

func (u user) hash(password string) ([]byte, error) {
	return pbkdf2.Key(sha256.New, password, u.Salt, u.Rounds, sha256.Size)
}

func printOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
