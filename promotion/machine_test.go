package promotion_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/promotion"
)

// golden compares got with a file, or writes the file if UPDATE_GOLDEN is set.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

func TestTheMachineIsSoundAndDrawn(t *testing.T) {
	t.Parallel()
	require.NoError(t, promotion.Lifecycle().Check())
	drawing := promotion.Lifecycle().Mermaid()
	golden(t, "promotion.mmd", []byte(drawing))
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	require.Contains(t, string(doc), "//\t"+strings.ReplaceAll(strings.TrimSpace(drawing), "\n", "\n//\t"))
}

func TestEventsKeepTheirForm(t *testing.T) {
	t.Parallel()
	pid := promotion.IDFrom(uuid.UUID{15: 7})
	var all []byte
	for _, p := range []event.Payload{
		promotion.Created{Promotion: pid, Title: "Spring"},
		promotion.Updated{Promotion: pid, Title: "Spring"},
		promotion.Moved{Promotion: pid, Title: "Spring", State: promotion.Active},
		promotion.CodesAdded{Promotion: pid, Count: 3},
		promotion.Redeemed{Promotion: pid, Order: "or_1", Code: "SPRING", Buyer: "cu_1"},
		promotion.GivenBack{Promotion: pid, Order: "or_1", Code: "SPRING", Buyer: "cu_1"},
	} {
		b, err := json.Marshal(p)
		require.NoError(t, err)
		all = append(all, p.EventName()+" "+string(b)+"\n"...)
	}
	golden(t, "events.txt", all)
}

func TestAPromotionSurvivesJSON(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	p, err := promotion.Restore(promotion.Promotion{
		ID: promotion.IDFrom(uuid.UUID{15: 7}), Version: 3, CreatedAt: at, UpdatedAt: at,
		Terms: promotion.Terms{
			Title: "Spring", Kind: promotion.Amount, Scope: promotion.OnOrder, Amount: money.EUR(500), From: at,
			Limits: promotion.Limits{Total: 5},
		},
	}, promotion.Active, true)
	require.NoError(t, err)
	b, err := json.Marshal(p)
	require.NoError(t, err)
	var back promotion.Promotion
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, p, back)
	require.True(t, back.RunsAt(at), "the window begins with its first moment")
	require.False(t, back.RunsAt(at.Add(-time.Microsecond)))
	require.ErrorIs(t, json.Unmarshal([]byte(`{"state":"lost"}`), &back), fault.Internal)
}

func TestCodesAreComparedWithoutCaseAndEnds(t *testing.T) {
	t.Parallel()
	require.Equal(t, "SPRING10", promotion.Code("  spring10 "))
	require.Equal(t, "ÄPFEL", promotion.Code("äpfel"))
}

func TestExhaustedNamesTheCode(t *testing.T) {
	t.Parallel()
	pid := promotion.IDFrom(uuid.UUID{15: 7})
	err := error(&promotion.Exhausted{Promotion: pid, Code: "SPRING", Limit: promotion.LimitPerBuyer})
	require.ErrorIs(t, err, fault.Conflict)
	require.Equal(t, "The code SPRING has been used up.", fault.Public(err))
	require.EqualError(t, err, `promotion: `+pid.String()+` by code "SPRING": limit per_buyer reached`)
	require.Equal(t, "An offer in this order has been used up.", fault.Public(&promotion.Exhausted{Promotion: pid}))
}
