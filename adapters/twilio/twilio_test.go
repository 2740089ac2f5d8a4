package twilio_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/twilio"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/notification/notificationtest"
)

const (
	account = "AC0123456789abcdef0123456789abcdef"
	token   = "secret"
)

// exchange is as much of Twilio as a sender sees: it checks requests as the
// description of the API has them, and keeps what it was given.
type exchange struct {
	mu     sync.Mutex
	sent   []notificationtest.Arrival
	wrongs []string
	status int // what it answers instead; 0: the truth
	body   string
	header http.Header
	hang   bool // it takes the message and cuts the line
	server *httptest.Server
}

func newExchange(t *testing.T) *exchange {
	t.Helper()
	x := &exchange{}
	x.server = httptest.NewServer(x)
	t.Cleanup(x.server.Close)
	t.Cleanup(func() { require.Empty(t, x.wrongs) })
	return x
}

// known are the fields of the form that a sender may fill in.
func known(field string) *regexp.Regexp {
	return map[string]*regexp.Regexp{
		"To":                  regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`),
		"From":                regexp.MustCompile(`^(\+[1-9][0-9]{6,14}|[A-Za-z0-9 ]{1,11})$`),
		"MessagingServiceSid": regexp.MustCompile(`^MG[0-9a-fA-F]{32}$`),
		"Body":                regexp.MustCompile(`(?s)^.{1,800}.{0,800}$`),
	}[field]
}

// ServeHTTP answers one request.
func (x *exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.mu.Lock()
	defer x.mu.Unlock()
	user, password, _ := r.BasicAuth()
	if err := r.ParseForm(); err != nil || r.Method != http.MethodPost || r.URL.Path != "/2010-04-01/Accounts/"+account+"/Messages.json" ||
		r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || user != account || password != token {
		x.wrongs = append(x.wrongs, fmt.Sprintf("%s %s of %s: %v", r.Method, r.URL, user, err))
	}
	for field, values := range r.PostForm {
		if pattern := known(field); pattern == nil || len(values) != 1 || !pattern.MatchString(values[0]) {
			x.wrongs = append(x.wrongs, field)
		}
	}
	maps.Copy(w.Header(), x.header)
	if x.status != 0 {
		w.WriteHeader(x.status)
		_, _ = w.Write([]byte(x.body))
		return
	}
	x.sent = append(x.sent, notificationtest.Arrival{To: r.PostForm.Get("To"), Text: r.PostForm.Get("Body")})
	if x.hang {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"sid": fmt.Sprintf("SM%032d", len(x.sent)), "status": "queued", "to": r.PostForm.Get("To"), "error_code": nil,
	})
}

// answers makes the exchange answer so from now on.
func (x *exchange) answers(status int, body string) func() {
	return func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.status, x.body = status, body
	}
}

func (x *exchange) arrived() []notificationtest.Arrival {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]notificationtest.Arrival(nil), x.sent...)
}

func (x *exchange) sender(t *testing.T) *twilio.Sender {
	t.Helper()
	s, err := twilio.New(twilio.Config{AccountSID: account, AuthToken: token, From: "Tee and Co", URL: x.server.URL})
	require.NoError(t, err)
	return s
}

func TestNotifier(t *testing.T) {
	t.Parallel()
	notificationtest.Run(t, func(t *testing.T) notificationtest.Harness {
		t.Helper()
		x := newExchange(t)
		return notificationtest.Harness{
			Notifier: x.sender(t), Channel: notification.SMS, AnyTitle: true,
			Arrived:  func(*testing.T) []notificationtest.Arrival { return x.arrived() },
			Refuse:   x.answers(http.StatusBadRequest, `{"code": 21610, "message": "Attempt to send to unsubscribed recipient", "status": 400}`),
			Postpone: x.answers(http.StatusTooManyRequests, `{"code": 20429, "message": "Too Many Requests", "status": 429}`),
			LoseReply: func() {
				x.mu.Lock()
				defer x.mu.Unlock()
				x.hang = true
			},
			LoseRequest: x.server.Close,
		}
	})
}

func text() notification.Message {
	return notification.Message{ID: notification.IDFrom(uuid.UUID{15: 1}), Channel: notification.SMS, To: "+4915112345678", Text: "Hello"}
}

func TestWhatFollowsFromAnAnswer(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		status int
		body   string
		want   notification.State
		code   string
	}{
		{http.StatusBadRequest, `{"code": 21211, "message": "The 'To' number +4915112345678 is not valid"}`, notification.Refused, "21211"},
		{http.StatusNotFound, `{}`, notification.Refused, "http_404"},
		{http.StatusUnauthorized, `{"code": 20003}`, notification.Postponed, "20003"},
		{http.StatusForbidden, ``, notification.Postponed, "http_403"},
		{http.StatusInternalServerError, `{"code": 20500}`, notification.Unclear, "20500"},
		{http.StatusServiceUnavailable, `<html>`, notification.Unclear, "http_503"},
		{http.StatusFound, ``, notification.Unclear, "http_302"},
		{http.StatusCreated, `{`, notification.Unclear, "bad_answer"},
		{http.StatusCreated, `{"status": "queued"}`, notification.Unclear, "bad_answer"},
		{http.StatusCreated, `{"sid": "SM1", "status": "failed", "error_code": 30006}`, notification.Refused, "30006"},
		{http.StatusCreated, `{"sid": "SM1", "status": "accepted", "error_code": null}`, notification.Accepted, ""},
	} {
		x := newExchange(t)
		x.answers(row.status, row.body)()
		o, err := x.sender(t).Send(t.Context(), text())
		require.NoError(t, err)
		require.Equal(t, row.want, o.State, "%d %s", row.status, row.body)
		require.Equal(t, row.code, o.Code)
		require.NotContains(t, o.Text, "49151", "no number outside the message")
	}
}

func TestTwilioMayAskForAPause(t *testing.T) {
	t.Parallel()
	x := newExchange(t)
	x.header = http.Header{"Retry-After": {"90"}}
	x.answers(http.StatusTooManyRequests, "")()
	o, err := x.sender(t).Send(t.Context(), text())
	require.NoError(t, err)
	require.Equal(t, 90*time.Second, o.After)
}

func TestOnlySMSAreSent(t *testing.T) {
	t.Parallel()
	x := newExchange(t)
	m := text()
	m.Channel = notification.Email
	_, err := x.sender(t).Send(t.Context(), m)
	require.ErrorIs(t, err, fault.Unsupported)
}

func TestAConfigThatCannotWorkIsRefused(t *testing.T) {
	t.Parallel()
	_, err := twilio.New(twilio.Config{KeySID: "x", MessagingService: "MG1", From: strings.Repeat("x", 12), URL: "http://api.example.com"})
	require.ErrorIs(t, err, fault.Invalid)
	paths := []string{}
	for _, f := range fault.FieldsOf(err) {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{"AccountSID", "AuthToken", "KeySID", "From", "MessagingService", "URL"}, paths)
	_, err = twilio.New(twilio.Config{AccountSID: account, AuthToken: token})
	require.Equal(t, "From", fault.FieldsOf(err)[0].Path)
}

func ExampleNew() {
	_, err := twilio.New(twilio.Config{AccountSID: account, AuthToken: token, From: "+15005550006"})
	fmt.Println(err)
	_, err = twilio.New(twilio.Config{AccountSID: account, AuthToken: token, From: "a name that is too long"})
	fmt.Println(fault.FieldsOf(err)[0].Path, fault.FieldsOf(err)[0].Text)
	// Output:
	// <nil>
	// From must be a phone number or a name of at most 11 characters
}
