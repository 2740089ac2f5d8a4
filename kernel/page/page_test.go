package page_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/page"
)

func codec(tb testing.TB, secret string) page.Codec {
	tb.Helper()
	c, err := page.NewCodec([]byte(secret))
	require.NoError(tb, err)
	return c
}

const secret = "a secret of some length"

func orders() page.List { return page.List{Name: "orders", Tenant: "acme", Sort: "-placed_at"} }

func requireNotACursor(tb testing.TB, err error) {
	tb.Helper()
	require.ErrorIs(tb, err, fault.Invalid)
	require.Equal(tb, []fault.Field{{
		Path: "cursor", Code: "not_a_cursor", Text: "must be the next cursor of a page of this very list",
	}}, fault.FieldsOf(err))
}

func TestCursorGivesItsKeysBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := page.List{
			Name: rapid.String().Draw(t, "name"), Tenant: rapid.String().Draw(t, "tenant"), Sort: rapid.String().Draw(t, "sort"),
		}
		c, err := page.NewCodec(rapid.SliceOfN(rapid.Byte(), page.MinSecret, 64).Draw(t, "secret"))
		require.NoError(t, err)
		n := rapid.Int64().Draw(t, "n")
		s := rapid.StringN(0, 30, 90).Draw(t, "s")
		b := rapid.SliceOfN(rapid.Byte(), 0, 90).Draw(t, "b")
		cursor, err := c.Encode(list, n, s, b, n)
		require.NoError(t, err)
		require.Regexp(t, `^[A-Za-z0-9_-]+$`, cursor)

		var n1, n2 int64
		var s1 string
		var b1 []byte
		require.NoError(t, c.Decode(list, cursor, &n1, &s1, &b1, &n2))
		require.Equal(t, n, n1)
		require.Equal(t, n, n2)
		require.Equal(t, s, s1)
		require.Equal(t, b, b1)
	})
}

func TestCursorIsShort(t *testing.T) {
	t.Parallel()
	cursor, err := codec(t, secret).Encode(orders(), int64(1_767_225_600_000_000), make([]byte, 16))
	require.NoError(t, err)
	require.Len(t, cursor, 59, "a time and an id")
}

func TestCursorOfAnotherPurposeIsRefused(t *testing.T) {
	t.Parallel()
	c := codec(t, secret)
	cursor, err := c.Encode(orders(), int64(7))
	require.NoError(t, err)
	var n int64
	require.NoError(t, c.Decode(orders(), cursor, &n))
	require.Equal(t, int64(7), n)

	for name, list := range map[string]page.List{
		"list":            {Name: "carts", Tenant: "acme", Sort: "-placed_at"},
		"tenant":          {Name: "orders", Tenant: "other", Sort: "-placed_at"},
		"no tenant":       {Name: "orders", Sort: "-placed_at"},
		"sort":            {Name: "orders", Tenant: "acme", Sort: "placed_at"},
		"moved boundary":  {Name: "ordersa", Tenant: "cme", Sort: "-placed_at"},
		"moved boundary2": {Name: "orders", Tenant: "acme-", Sort: "placed_at"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := int64(-1)
			requireNotACursor(t, c.Decode(list, cursor, &n))
			require.Equal(t, int64(-1), n, "nothing is written")
		})
	}
	requireNotACursor(t, codec(t, secret+"2").Decode(orders(), cursor, &n))
}

func TestEveryChangedByteIsRefused(t *testing.T) {
	t.Parallel()
	c := codec(t, secret)
	cursor, err := c.Encode(orders(), int64(7), "TEE-M", []byte{1, 2, 3})
	require.NoError(t, err)
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	require.NoError(t, err)
	var n int64
	var s string
	var b []byte
	for i := range raw {
		for bit := range 8 {
			raw[i] ^= 1 << bit
			requireNotACursor(t, c.Decode(orders(), base64.RawURLEncoding.EncodeToString(raw), &n, &s, &b))
			raw[i] ^= 1 << bit
		}
	}
	for i := range cursor {
		requireNotACursor(t, c.Decode(orders(), cursor[:i], &n, &s, &b))
		requireNotACursor(t, c.Decode(orders(), cursor[:i]+"\n"+cursor[i:], &n, &s, &b))
		requireNotACursor(t, c.Decode(orders(), cursor[:i]+"A"+cursor[i:], &n, &s, &b))
	}
	requireNotACursor(t, c.Decode(orders(), cursor+"=", &n, &s, &b))
	require.Zero(t, n)
	require.Empty(t, s)
	require.Empty(t, b)
}

func TestCursorWithOtherKeysIsRefused(t *testing.T) {
	t.Parallel()
	c := codec(t, secret)
	cursor, err := c.Encode(orders(), int64(7), "TEE-M")
	require.NoError(t, err)
	n, m := int64(-1), int64(-1)
	s := "before"
	var b []byte
	requireNotACursor(t, c.Decode(orders(), cursor))
	requireNotACursor(t, c.Decode(orders(), cursor, &n))
	requireNotACursor(t, c.Decode(orders(), cursor, &n, &b))
	requireNotACursor(t, c.Decode(orders(), cursor, &s, &n))
	requireNotACursor(t, c.Decode(orders(), cursor, &n, &s, &m))
	require.Equal(t, int64(-1), n)
	require.Equal(t, "before", s)
}

func TestLongKeysAndLongCursors(t *testing.T) {
	t.Parallel()
	c := codec(t, secret)
	fits := strings.Repeat("x", 364)
	cursor, err := c.Encode(orders(), fits)
	require.NoError(t, err)
	require.Len(t, cursor, page.MaxCursor)
	var s string
	require.NoError(t, c.Decode(orders(), cursor, &s))
	require.Equal(t, fits, s)

	_, err = c.Encode(orders(), fits+"x")
	require.ErrorIs(t, err, fault.Internal)
	requireNotACursor(t, c.Decode(orders(), cursor+"A", &s))
	requireNotACursor(t, c.Decode(orders(), strings.Repeat("A", 1<<20), &s))
}

func TestMistakesOfARoomAreInternal(t *testing.T) {
	t.Parallel()
	c := codec(t, secret)
	_, err := c.Encode(orders(), 7)
	require.ErrorIs(t, err, fault.Internal)
	require.ErrorContains(t, err, "key 0 of orders is a int")

	cursor, err := c.Encode(orders(), int64(7))
	require.NoError(t, err)
	var n int
	require.ErrorIs(t, c.Decode(orders(), cursor, &n), fault.Internal)

	_, err = page.Codec{}.Encode(orders(), int64(7))
	require.ErrorIs(t, err, fault.Internal)
	requireNotACursor(t, page.Codec{}.Decode(orders(), cursor, new(int64)))
}

func TestShortSecretIsRefused(t *testing.T) {
	t.Parallel()
	_, err := page.NewCodec(make([]byte, page.MinSecret-1))
	require.ErrorIs(t, err, fault.Invalid)
	require.Equal(t, "secret", fault.FieldsOf(err)[0].Path)
}

func TestRequest(t *testing.T) {
	t.Parallel()
	require.Equal(t, 24, page.Request{}.Size())
	require.Equal(t, 1, page.Request{Limit: 1}.Size())
	require.Equal(t, 100, page.Request{Limit: 100}.Size())
	require.Equal(t, 100, page.Request{Limit: 101}.Size(), "unchecked requests stay bounded")
	require.Equal(t, 24, page.Request{Limit: -1}.Size())

	for _, row := range []struct {
		in   page.Request
		want []string
	}{
		{page.Request{}, nil},
		{page.Request{Limit: 100, Cursor: strings.Repeat("x", page.MaxCursor)}, nil},
		{page.Request{Limit: 101}, []string{"limit out_of_range"}},
		{page.Request{Limit: -1}, []string{"limit out_of_range"}},
		{page.Request{Limit: 1_000_000_000}, []string{"limit out_of_range"}},
		{page.Request{Cursor: strings.Repeat("x", page.MaxCursor+1)}, []string{"cursor not_a_cursor"}},
	} {
		var c fault.Check
		row.in.Check(&c)
		var got []string
		for _, f := range fault.FieldsOf(c.Err("x")) {
			got = append(got, f.Path+" "+f.Code)
		}
		require.Equal(t, row.want, got)
	}
}

func TestOf(t *testing.T) {
	t.Parallel()
	cursor := func(last int) (string, error) { return fmt.Sprint("after ", last), nil }
	for _, row := range []struct {
		read []int
		want page.Page[int]
	}{
		{nil, page.Page[int]{Items: []int{}}},
		{[]int{1, 2}, page.Page[int]{Items: []int{1, 2}}},
		{[]int{1, 2, 3}, page.Page[int]{Items: []int{1, 2, 3}}},
		{[]int{1, 2, 3, 4}, page.Page[int]{Items: []int{1, 2, 3}, Next: "after 3"}},
	} {
		got, err := page.Of(row.read, page.Request{Limit: 3}, cursor)
		require.NoError(t, err)
		require.Equal(t, row.want, got)
	}
	b, err := json.Marshal(page.Page[int]{Items: []int{}})
	require.NoError(t, err)
	require.JSONEq(t, `{"items":[]}`, string(b))

	broken := errors.New("broken")
	_, err = page.Of([]int{1, 2}, page.Request{Limit: 1}, func(int) (string, error) { return "", broken })
	require.ErrorIs(t, err, broken)
}

// FuzzCursor holds that no text makes Decode fail in another way than by
// saying that it is no cursor, and that a text which passes is the only one
// for its keys.
func FuzzCursor(f *testing.F) {
	c := codec(f, secret)
	for _, keys := range [][]any{{int64(7), "TEE-M", []byte{1, 2}}, {int64(-1), "", []byte{}}} {
		cursor, err := c.Encode(orders(), keys...)
		require.NoError(f, err)
		f.Add(cursor)
		f.Add(cursor[:len(cursor)-1])
	}
	f.Add("")
	f.Add("AQ")
	f.Add("\x00\xff")
	f.Fuzz(func(t *testing.T, cursor string) {
		var n int64
		var s string
		var b []byte
		err := c.Decode(orders(), cursor, &n, &s, &b)
		if err != nil {
			requireNotACursor(t, err)
			return
		}
		again, err := c.Encode(orders(), n, s, b)
		require.NoError(t, err)
		require.Equal(t, again, cursor)
	})
}

func BenchmarkDecode(b *testing.B) {
	c := codec(b, secret)
	cursor, err := c.Encode(orders(), int64(1_767_225_600_000_000), make([]byte, 16))
	require.NoError(b, err)
	b.ReportAllocs()
	var n int64
	var id []byte
	for b.Loop() {
		if err := c.Decode(orders(), cursor, &n, &id); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleCodec() {
	codec, err := page.NewCodec([]byte("shared by all processes of a shop"))
	if err != nil {
		panic(err)
	}
	orders := page.List{Name: "orders", Tenant: "acme", Sort: "-placed_at"}
	next, err := codec.Encode(orders, int64(1_767_225_600_000_000), "or_01j9z5t7m8f0qv5s1r2x3y4z5a")
	fmt.Println(len(next), err)

	var placed int64
	var id string
	fmt.Println(codec.Decode(orders, next, &placed, &id), placed, id)

	other := page.List{Name: "orders", Tenant: "rival", Sort: "-placed_at"}
	fmt.Println(codec.Decode(other, next, &placed, &id))
	// Output:
	// 76 <nil>
	// <nil> 1767225600000000 or_01j9z5t7m8f0qv5s1r2x3y4z5a
	// page.cursor: The input is not valid. (cursor: must be the next cursor of a page of this very list)
}

func ExampleOf() {
	read := []string{"ant", "bee", "cat"} // one more than asked for
	p, err := page.Of(read, page.Request{Limit: 2}, func(last string) (string, error) {
		return "cursor after " + last, nil
	})
	fmt.Println(p.Items, p.Next, err)
	// Output: [ant bee] cursor after bee <nil>
}
