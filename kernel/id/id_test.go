package id_test

import (
	"encoding/base32"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
)

type (
	orderKind struct{}
	cartKind  struct{}
	orderID   = id.Of[orderKind]
	cartID    = id.Of[cartKind]
)

func (orderKind) Prefix() string { return "or" }
func (cartKind) Prefix() string  { return "cart" }

func anyUUID() *rapid.Generator[uuid.UUID] {
	return rapid.Custom(func(t *rapid.T) uuid.UUID {
		return uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "uuid"))
	})
}

func TestTextForm(t *testing.T) {
	t.Parallel()
	for u, want := range map[string]string{
		"00000000-0000-0000-0000-000000000001": "or_00000000000000000000000001",
		"ffffffff-ffff-ffff-ffff-ffffffffffff": "or_7zzzzzzzzzzzzzzzzzzzzzzzzz",
		"019b3e4f-5a6b-7c7d-8e8f-90a1b2c3d4e5": "or_01kcz4ypkbfhyrx3wgm6sc7n75",
	} {
		i := id.From[orderKind](uuid.MustParse(u))
		require.Equal(t, want, i.String())
		back, err := id.Parse[orderKind](want)
		require.NoError(t, err)
		require.Equal(t, i, back)
		require.Equal(t, u, back.UUID().String())
	}
}

// The text form is that of an independent base 32 of the same alphabet, reads
// back, and sorts like the bytes.
func TestTextRoundTripKeepsOrder(t *testing.T) {
	t.Parallel()
	crockford := base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
	rapid.Check(t, func(t *rapid.T) {
		a, b := id.From[cartKind](anyUUID().Draw(t, "a")), id.From[cartKind](anyUUID().Draw(t, "b"))
		for _, i := range []cartID{a, b} {
			if i.IsZero() {
				continue
			}
			// 128 bits stand at the end of 130: two zero bits are in front.
			u := i.UUID()
			padded := append([]byte{0, 0, 0, 0}, u[:]...) // 160 bits, 32 characters
			require.Equal(t, "cart_"+crockford.EncodeToString(padded)[6:], i.String())
			back, err := id.Parse[cartKind](i.String())
			require.NoError(t, err)
			require.Equal(t, i, back)
		}
		require.Equal(t, a.Compare(b), strings.Compare(a.String(), b.String()))
	})
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	good := "or_01kcz4ypkbfhyrx3wgm6sc7n75"
	_, err := id.Parse[orderKind](good)
	require.NoError(t, err)
	for name, in := range map[string]string{
		"empty":            "",
		"prefix alone":     "or_",
		"no prefix":        good[3:],
		"foreign prefix":   "cart_" + good[3:],
		"prefix of length": "po_" + good[3:],
		"capital prefix":   "OR_" + good[3:],
		"no underscore":    "or-" + good[3:],
		"capitals":         strings.ToUpper(good),
		"short":            good[:28],
		"long":             good + "0",
		"too large":        "or_8" + good[4:],
		"letter i":         good[:28] + "i",
		"letter l":         good[:28] + "l",
		"letter o":         good[:28] + "o",
		"letter u":         good[:28] + "u",
		"space":            good[:28] + " ",
		"NUL":              good[:28] + "\x00",
		"not UTF-8":        good[:28] + "\xff",
		"a UUID":           "019b3e4f-5a6b-7c7d-8e8f-90a1b2c3d4e5",
		"a megabyte":       strings.Repeat("0", 1<<20),
		"full-width digit": good[:26] + "０",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := id.Parse[orderKind](in)
			require.ErrorIs(t, err, fault.Invalid)
			require.Equal(t, "id_invalid", fault.CodeOf(err))
			require.Equal(t, "An id of the form or_ and 26 characters is expected.", fault.Public(err))
			require.True(t, got.IsZero())
		})
	}
}

func TestNewIDsSortByTheTimeTheyWereMade(t *testing.T) {
	t.Parallel()
	made := make([]orderID, 2000)
	for i := range made {
		made[i] = id.New[orderKind](id.V7)
	}
	require.True(t, slices.IsSortedFunc(made, orderID.Compare))
	require.Len(t, slices.CompactFunc(made, func(a, b orderID) bool { return a == b }), 2000)
	require.Equal(t, uuid.Version(7), made[0].UUID().Version())

	fixed := uuid.MustParse("019b3e4f-5a6b-7c7d-8e8f-90a1b2c3d4e5")
	require.Equal(t, id.From[orderKind](fixed), id.New[orderKind](func() uuid.UUID { return fixed }))
}

func TestZero(t *testing.T) {
	t.Parallel()
	var zero orderID
	require.True(t, zero.IsZero())
	require.Empty(t, zero.String())
	v, err := zero.Value()
	require.NoError(t, err)
	require.Nil(t, v)
	b, err := json.Marshal(map[string]orderID{"id": zero})
	require.NoError(t, err)
	require.JSONEq(t, `{"id":""}`, string(b))
	var back map[string]orderID
	require.NoError(t, json.Unmarshal(b, &back))
	require.True(t, back["id"].IsZero())
}

func TestJSONAndMapKeys(t *testing.T) {
	t.Parallel()
	i := id.New[orderKind](id.V7)
	b, err := json.Marshal(map[orderID]orderID{i: i})
	require.NoError(t, err)
	require.JSONEq(t, fmt.Sprintf(`{%q:%q}`, i, i), string(b))
	var back map[orderID]orderID
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, map[orderID]orderID{i: i}, back)

	var o orderID
	err = json.Unmarshal(fmt.Appendf(nil, `%q`, id.New[cartKind](id.V7)), &o)
	require.ErrorIs(t, err, fault.Invalid, "a cart's id is no order's id")
}

func TestScanReadsWhatIsStored(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		i := id.From[orderKind](anyUUID().Draw(t, "uuid"))
		u := i.UUID()
		stored, err := i.Value()
		require.NoError(t, err)
		for _, src := range []any{stored, []byte(i.String()), u[:]} {
			back := id.New[orderKind](id.V7) // is overwritten, also by NULL
			require.NoError(t, back.Scan(src))
			require.Equal(t, i, back)
		}
	})
	raw := make([]byte, 16)
	raw[0] = 1
	var i orderID
	require.NoError(t, i.Scan(raw))
	raw[0] = 2 // the driver may use its buffer again
	require.Equal(t, byte(1), i.UUID()[0])

	require.ErrorIs(t, i.Scan("cart_01kcz4ypkbfhyrx3wgm6sc7n75"), fault.Invalid)
	require.ErrorIs(t, i.Scan([]byte{1, 2, 3}), fault.Invalid)
	require.ErrorIs(t, i.Scan(int64(7)), fault.Internal)
	require.ErrorContains(t, i.Scan(int64(7)), "id: scan int64 into or id")
}

// FuzzParse holds that Parse accepts exactly what String writes.
func FuzzParse(f *testing.F) {
	f.Add("or_01kcz4ypkbfhyrx3wgm6sc7n75")
	f.Add("or_7zzzzzzzzzzzzzzzzzzzzzzzzz")
	f.Add("or_8zzzzzzzzzzzzzzzzzzzzzzzzz")
	f.Add("or_00000000000000000000000000")
	f.Add("cart_01kcz4ypkbfhyrx3wgm6sc7n75")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		i, err := id.Parse[orderKind](s)
		switch {
		case err != nil:
			require.ErrorIs(t, err, fault.Invalid)
			require.True(t, i.IsZero())
		case i.IsZero():
			require.Equal(t, "or_00000000000000000000000000", s)
		default:
			require.Equal(t, s, i.String())
		}
	})
}

func BenchmarkString(b *testing.B) {
	i := id.New[orderKind](id.V7)
	b.ReportAllocs()
	for b.Loop() {
		_ = i.String()
	}
}

type parcelKind struct{}

func (parcelKind) Prefix() string { return "pc" }

func ExampleParse() {
	i, err := id.Parse[parcelKind]("pc_01kcz4ypkbfhyrx3wgm6sc7n75")
	fmt.Println(i.UUID(), err)
	_, err = id.Parse[parcelKind]("or_01kcz4ypkbfhyrx3wgm6sc7n75")
	fmt.Println(err)
	// Output:
	// 019b3e4f-5a6b-7c7d-8e8f-90a1b2c3d4e5 <nil>
	// id_invalid: An id of the form pc_ and 26 characters is expected.
}
