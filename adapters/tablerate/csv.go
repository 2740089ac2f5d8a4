package tablerate

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/shipping"
)

// Read reads a sheet from CSV (RFC 4180). The first line names the columns, in
// any order:
//
//	zone        the code of the zone, required
//	countries   what it is made of, for the first line of the zone: country
//	            codes with spaces between, or * for the world
//	postcodes   patterns of postal.Area with spaces between, for one country
//	service     required
//	title       for people
//	up_to       the largest weight, "2 kg", required
//	max_size    the largest outside in mm, "600x300x150"
//	amount      "4.95", required
//	currency    "EUR", required
//	min_days    how many days it takes
//	max_days
//
// Errors by kind: Invalid, with the line and the column that are wrong. Whether
// the sheet makes sense as a whole says New.
func Read(r io.Reader) (Sheet, error) {
	records := csv.NewReader(r)
	records.TrimLeadingSpace = true
	head, err := records.Read()
	if err != nil {
		return Sheet{}, unreadable(1, err)
	}
	for _, name := range []string{"zone", "service", "up_to", "amount", "currency"} {
		if !slices.Contains(head, name) {
			return Sheet{}, unreadable(1, fmt.Errorf("no column %q", name))
		}
	}
	var s Sheet
	for line := 2; ; line++ {
		record, err := records.Read()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			return Sheet{}, unreadable(line, err)
		}
		if line > maxBands+1 {
			return Sheet{}, unreadable(line, errors.New("too many lines"))
		}
		row := make(fields, len(head))
		for i, name := range head {
			row[name] = strings.TrimSpace(record[i])
		}
		var c fault.Check
		s.add(&c, row)
		if err := c.Err("tablerate.line"); err != nil {
			var all fault.Check
			all.Merge("line["+strconv.Itoa(line)+"]", err)
			return Sheet{}, all.Err("tablerate.csv")
		}
	}
}

// unreadable is the error for what is no such table.
func unreadable(line int, cause error) error {
	var c fault.Check
	c.Add("line["+strconv.Itoa(line)+"]", "unreadable", "must be a line of comma separated values with the columns of a table")
	return fault.Of(c.Err("tablerate.csv")).Because(cause)
}

// fields is a line by the names of its columns.
type fields map[string]string

// add adds a line to the sheet.
func (s *Sheet) add(c *fault.Check, row fields) {
	if !slices.ContainsFunc(s.Zones, func(z shipping.Zone) bool { return z.Code == row["zone"] }) {
		s.Zones = append(s.Zones, shipping.Zone{Code: row["zone"], Areas: row.areas(c)})
	}
	b := Band{Zone: row["zone"], Service: row["service"], Title: row["title"]}
	var err error
	b.UpTo, err = measure.ParseWeight(row["up_to"])
	c.Merge("up_to", err)
	currency, err := money.ParseCurrency(row["currency"])
	c.Merge("currency", err)
	if err == nil {
		b.Amount, err = money.ParseAmount(row["amount"], currency)
		c.Merge("amount", err)
	}
	b.MinDays, b.MaxDays = row.days(c, "min_days"), row.days(c, "max_days")
	b.MaxDays = max(b.MinDays, b.MaxDays)
	b.MaxSize = row.size(c)
	s.Bands = append(s.Bands, b)
}

// areas reads what a zone is made of.
func (f fields) areas(c *fault.Check) []postal.Area {
	countries, postcodes := strings.Fields(f["countries"]), strings.Fields(f["postcodes"])
	c.That(len(countries) > 0, "countries", "required", "must be given in the first line of a zone")
	c.That(len(postcodes) == 0 || len(countries) == 1, "postcodes", "ambiguous", "must go with one country")
	var out []postal.Area
	for _, country := range countries {
		if country == "*" {
			country = ""
		}
		out = append(out, postal.Area{Country: country, Postcodes: postcodes})
	}
	return out
}

func (f fields) days(c *fault.Check, name string) int {
	if f[name] == "" {
		return 0
	}
	n, err := strconv.Atoi(f[name])
	c.That(err == nil && n >= 0 && n <= maxDays, name, "out_of_range", "must be a number of days")
	return n
}

// size reads a size in millimetres.
func (f fields) size(c *fault.Check) measure.Size {
	if f["max_size"] == "" {
		return measure.Size{}
	}
	var sides [3]measure.Length
	parts := strings.Split(f["max_size"], "x")
	ok := len(parts) == len(sides)
	for i := 0; ok && i < len(sides); i++ {
		var err error
		sides[i], err = measure.ParseLength(strings.TrimSpace(parts[i]) + " mm")
		ok = err == nil
	}
	c.That(ok, "max_size", "bad_size", `must be three lengths in mm, such as "600x300x150"`)
	return measure.Size{Length: sides[0], Width: sides[1], Height: sides[2]}
}
