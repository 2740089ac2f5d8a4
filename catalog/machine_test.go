package catalog_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/measure"
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
	require.NoError(t, catalog.Moves().Check())
	golden(t, "product.mmd", []byte(catalog.Moves().Mermaid()))
}

func TestEventsKeepTheirForm(t *testing.T) {
	t.Parallel()
	id := catalog.IDFrom(uuid.UUID{15: 1})
	category := catalog.CategoryIDFrom(uuid.UUID{15: 2})
	price := catalog.Price{SKU: "TEE-M", Group: "trade", MinQuantity: 10, Unit: eur(17_50)}
	for _, p := range []event.Payload{
		catalog.ProductCreated{ProductID: id, Slug: "tee", Title: "T-shirt", Status: catalog.Draft, SKUs: []string{"TEE-M"}},
		catalog.ProductUpdated{ProductID: id, Slug: "tee", Title: "T-shirt", Status: catalog.Active, SKUs: []string{"TEE-L"}},
		catalog.ProductPublished{ProductID: id, Slug: "tee"},
		catalog.ProductWithdrawn{ProductID: id, Slug: "tee"},
		catalog.ProductArchived{ProductID: id, Slug: "tee"},
		catalog.PricesChanged{ProductID: id, Set: []catalog.Price{price}, Dropped: []catalog.Price{price}},
		catalog.CategoryCreated{CategoryID: category, Slug: "tops", Title: "Tops", Parent: category},
		catalog.CategoryUpdated{CategoryID: category, Slug: "tops", Title: "Tops", Position: 2, Featured: true},
		catalog.CategoryMoved{CategoryID: category, Slug: "tops", Position: 2},
		catalog.AttributeDefined{Attribute: catalog.Attribute{
			Code: "length", Title: "Length", Type: catalog.NumberValue, Unit: "cm", Scale: 1, Filterable: true, Position: 2, Version: 1,
		}},
		catalog.ProductPresented{ProductID: id, Slug: "tee", Presentation: catalog.Presentation{
			Categories: []catalog.CategoryID{category}, Values: []catalog.Value{{Attribute: "length", Value: "70.5"}},
			Media:    []catalog.Media{{URL: "/tee.jpg", Alt: "A T-shirt", SKU: "TEE-M"}},
			Span:     catalog.Span{From: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)},
			Position: 1, Featured: true,
		}},
	} {
		b, err := json.MarshalIndent(p, "", "  ")
		require.NoError(t, err)
		golden(t, "events/"+p.EventName()+".json", append(b, '\n'))
	}
}

func TestAProductSurvivesJSON(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	id := catalog.IDFrom(uuid.UUID{15: 1})
	p, err := catalog.Product{
		ID: id, Slug: "tee", Title: "T-shirt", Metadata: map[string]string{"a": "b"}, Version: 3, CreatedAt: at, UpdatedAt: at,
		Variants: []catalog.Variant{{
			ID: catalog.VariantIDFrom(uuid.UUID{15: 2}), ProductID: id, SKU: "TEE-M", Weight: 180 * measure.Gram,
			Options: []catalog.Option{{Name: "Size", Value: "M"}},
		}},
	}.Stored(catalog.Active)
	require.NoError(t, err)
	b, err := json.Marshal(p)
	require.NoError(t, err)
	var back catalog.Product
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, p, back)
	_, err = p.Stored("lost")
	require.ErrorIs(t, err, fault.Internal)
	require.Error(t, json.Unmarshal([]byte(`{"status":"lost"}`), &back))
}
