package analytics

import (
	"fmt"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Date is a day of the calendar, without a place. Dates compare with ==.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the day that the calendar shows at an instant in a place.
func DateOf(at time.Time, zone *time.Location) Date {
	y, m, d := at.In(zone).Date()
	return Date{y, m, d}
}

// ParseDate reads a date such as "2026-03-29". Anything else is an Invalid
// error.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return Date{}, fault.New(fault.Invalid, "bad_date", "This is no date such as 2026-03-29.")
	}
	return DateOf(t, time.UTC), nil
}

// String returns "2026-03-29".
func (d Date) String() string {
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// IsZero reports whether d is no date at all.
func (d Date) IsZero() bool { return d == Date{} }

// Add returns the date some days later, or earlier if days is negative.
func (d Date) Add(days int) Date {
	return DateOf(d.noon().AddDate(0, 0, days), time.UTC)
}

// Until returns how many days it is from d to another date: 1 to the next day.
func (d Date) Until(e Date) int {
	return int(e.noon().Sub(d.noon()) / (24 * time.Hour))
}

// noon is a moment of the day in UTC, where every day has 24 hours.
func (d Date) noon() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

// real reports whether the calendar has this day.
func (d Date) real() bool {
	return d.Year >= 1971 && d.Year <= 9998 && DateOf(d.noon(), time.UTC) == d
}

// Start returns the instant at which the day begins in a place: the first that
// its clocks show as this day or, where they leave the day out, as a later one.
// It ends when the next one begins, so days have neither gaps nor overlaps,
// and take 23 or 25 hours where clocks are changed.
func (d Date) Start(zone *time.Location) time.Time {
	midnight := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	// No clock on earth is more than 14 hours ahead, so this is still before.
	from := midnight.Add(-36 * time.Hour).In(zone)
	for {
		_, offset := from.Zone()
		_, changes := from.ZoneBounds()
		at := midnight.Add(-time.Duration(offset) * time.Second)
		if at.Before(from) { // the clocks were put forward over midnight
			at = from
		}
		if changes.IsZero() || at.Before(changes) {
			return at.UTC()
		}
		from = changes.In(zone)
	}
}

// MarshalText writes what String returns, and nothing for the zero Date.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return []byte{}, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(b))
	if err == nil {
		*d = v
	}
	return err
}

// MaxDays is how many days a Period may have: a little more than three years.
const MaxDays = 1_100

// Period is a number of whole days, From and To among them.
type Period struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// Days returns how many days a period has.
func (p Period) Days() int { return p.From.Until(p.To) + 1 }

func (p Period) check(c *fault.Check) {
	text := "must be a day of the calendar from 1971 on"
	from := c.That(p.From.real(), "from", "bad_date", text)
	to := c.That(p.To.real(), "to", "bad_date", text)
	if from && to && c.That(p.Days() >= 1, "to", "out_of_range", "must not be before from") {
		c.That(p.Days() <= MaxDays, "to", "out_of_range", "must be at most "+strconv.Itoa(MaxDays)+" days")
	}
}

// starts returns when each day begins, and when the last one ends.
func (p Period) starts(zone *time.Location) []time.Time {
	out := make([]time.Time, p.Days()+1)
	for i := range out {
		out[i] = p.From.Add(i).Start(zone)
	}
	return out
}

// span returns when the period begins and ends.
func (p Period) span(zone *time.Location) Span {
	return Span{From: p.From.Start(zone), To: p.To.Add(1).Start(zone)}
}

// Span is a time, half open: From is in it and To is not.
type Span struct {
	From time.Time
	To   time.Time
}
