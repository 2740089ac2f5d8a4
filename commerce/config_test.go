package commerce_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/adapters/manual"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/payment"
)

func paths(err error) []string {
	var out []string
	for _, f := range fault.FieldsOf(err) {
		out = append(out, f.Path)
	}
	return out
}

func TestNewNamesAllThatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := commerce.New(commerce.Config{Secret: []byte("short"), Keep: time.Hour, Without: []string{"kontor.nonsense"}})
	require.ErrorIs(t, err, fault.Invalid)
	require.Equal(t, []string{"Store", "Secret", "Keep", "Without[0]"}, paths(err))
}

func TestNewRefusesPaymentsThatCannotWork(t *testing.T) {
	t.Parallel()
	store, err := sqlite.Open(sqlite.Memory, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	_, err = commerce.New(commerce.Config{
		Store:    store,
		Payments: map[string]payment.Provider{"Cash!": manual.New(), "gone": nil, "transfer": manual.New()},
		Moments:  map[string]payment.Moment{"transfer": payment.MomentLater, "unheard": payment.MomentAtOnce},
	})
	require.ErrorIs(t, err, fault.Invalid)
	require.Equal(t, []string{"methods.Cash!", "methods.gone", "methods.transfer", "moments.unheard"}, paths(err))
}

func TestTenantRefusesNames(t *testing.T) {
	t.Parallel()
	store, err := sqlite.Open(sqlite.Memory, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	shop, err := commerce.New(commerce.Config{Store: store})
	require.NoError(t, err)
	for _, name := range []string{"a\x00b", "a\nb", "\xff", string(make([]byte, 65))} {
		_, err := shop.Tenant(t.Context(), name)
		require.ErrorIs(t, err, fault.Invalid, "%q", name)
		require.Equal(t, "tenant", fault.FieldsOf(err)[0].Path)
	}
	same, err := shop.Tenant(t.Context(), "")
	require.NoError(t, err)
	require.Same(t, shop, same)
	other, err := shop.Tenant(t.Context(), "north")
	require.NoError(t, err)
	require.Equal(t, "north", other.Name())
}

func TestEveryReactionHasAName(t *testing.T) {
	t.Parallel()
	store, err := sqlite.Open(sqlite.Memory, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	shop, err := commerce.New(commerce.Config{Store: store, Without: commerce.Reactions()})
	require.NoError(t, err)
	require.NoError(t, shop.Events.Err())
	for _, name := range commerce.Reactions() {
		event.OnAny(shop.Events, name, nil)
	}
	require.NoError(t, shop.Events.Err(), "a reaction that is left out does not take its name")

	shop, err = commerce.New(commerce.Config{Store: store})
	require.NoError(t, err)
	for _, name := range commerce.Reactions() {
		require.NoError(t, shop.Events.Err())
		event.OnAny(shop.Events, name, nil)
		break
	}
	require.Error(t, shop.Events.Err(), "a reaction that is there does")
}

func TestStartNamesAMissingSchema(t *testing.T) {
	t.Parallel()
	store, err := sqlite.Open(sqlite.Memory, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	shop, err := commerce.New(commerce.Config{Store: store})
	require.NoError(t, err)
	require.ErrorContains(t, shop.Start(t.Context()), "Migrate")
	require.NoError(t, store.Migrate(t.Context()))
	require.NoError(t, shop.Start(t.Context()))
}
