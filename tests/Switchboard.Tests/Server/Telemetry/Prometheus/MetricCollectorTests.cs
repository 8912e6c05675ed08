using System.Diagnostics;
using System.Diagnostics.Metrics;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Telemetry.Prometheus;

public sealed class MetricCollectorTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_kind_of_instrument_is_on_the_page(bool isOpenMetrics)
    {
        using var metered = new CollectedMeter();
        metered.Meter.CreateCounter<int>("test.counted", "{thing}", "Things \\ counted.\nHere.").Add(3, new KeyValuePair<string, object?>("kind", "a"));
        metered.Meter.CreateCounter<double>("test.spent", "s").Add(0.25);
        metered.Meter.CreateUpDownCounter<long>("test.running").Add(-2);
        metered.Meter.CreateGauge<float>("test.set", "By").Record(1.5f);
        metered.Meter.CreateObservableGauge("test.asked", () => 0.5m, "1");
        metered.Meter.CreateObservableCounter<short>("test.told", () => 7);
        metered.Meter.CreateHistogram<double>("test.time", "s").Record(0.3);

        var page = metered.Page(isOpenMetrics);

        Assert.Equal(3, page.Sample("test_counted_total", ("kind", "a")).Value);
        Assert.Equal(@"Things \\ counted.\nHere.", page.Families[isOpenMetrics ? "test_counted" : "test_counted_total"].Help);
        Assert.Equal(0.25, page.Sample("test_spent_seconds_total").Value);
        Assert.Equal(-2, page.Sample("test_running").Value);
        Assert.Equal(1.5, page.Sample("test_set_bytes").Value);
        Assert.Equal(0.5, page.Sample("test_asked_ratio").Value);
        Assert.Equal(7, page.Sample("test_told_total").Value);
        Assert.Equal(0.3, page.Sample("test_time_seconds_sum").Value);
        Assert.Equal(0, page.Sample("test_time_seconds_bucket", ("le", "0.16")).Value);
        Assert.Equal(1, page.Sample("test_time_seconds_bucket", ("le", "0.32")).Value);
        Assert.Equal(isOpenMetrics ? "seconds" : null, page.Families["test_time_seconds"].Unit);
        Assert.True(page.Sample("dotnet_process_memory_working_set_bytes").Value > 0);
        Assert.Equal(1, page.Sample("switchboard_build_info").Value);
        Assert.True(page.Sample("process_start_time_seconds").Value > 1.7e9);
    }

    [Fact]
    public void Bounds_are_those_that_the_instrument_advises()
    {
        using var metered = new CollectedMeter();
        var sizes = metered.Meter.CreateHistogram("test.sizes", "{thing}", advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 10] });
        Assert.All([0L, 1, 2, 10, 11], size => sizes.Record(size));

        var buckets = metered.Page().Samples.Where(sample => sample.Name == "test_sizes_bucket").Select(sample => (sample.Label("le"), sample.Value));

        Assert.Equal([("1.0", 2), ("10.0", 4), ("+Inf", 5)], buckets);
    }

    [Fact]
    public void The_order_of_tags_makes_no_difference()
    {
        using var metered = new CollectedMeter();
        var counter = metered.Meter.CreateCounter<long>("test.counted");
        counter.Add(1, new("a", 1), new("b", 2));
        counter.Add(2, new("b", 2), new("a", 1));

        Assert.Equal(3, metered.Page().Sample("test_counted_total", ("a", "1"), ("b", "2")).Value);
    }

    [Fact]
    public void What_is_beyond_the_most_series_is_counted_together()
    {
        using var metered = new CollectedMeter(most: 3);
        var counter = metered.Meter.CreateCounter<long>("test.counted");
        for (var i = 0; i < 10; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("i", i));
        }

        counter.Add(5, new KeyValuePair<string, object?>("i", 0));

        var page = metered.Page();
        Assert.Equal(["0", "1", "2"], page.Samples.Where(sample => sample.Name == "test_counted_total" && sample.Label("overflow") is null).Select(sample => sample.Label("i")));
        Assert.Equal(6, page.Sample("test_counted_total", ("i", "0")).Value);
        Assert.Equal(7, page.Sample("test_counted_total", ("overflow", "true")).Value);

        // Other meters of this process have too many for this one, too.
        Assert.True(page.Sample("switchboard_metrics_overflowed_total").Value >= 7);
    }

    [Fact]
    public void What_is_observed_no_more_is_gone()
    {
        using var metered = new CollectedMeter();
        string[] there = ["a", "b"];
        metered.Meter.CreateObservableGauge("test.asked", () => there.Select(name => new Measurement<int>(1, new KeyValuePair<string, object?>("name", name))));
        Assert.Equal(2, metered.Page().Families["test_asked"].Samples.Count);
        there = ["b", "c"];

        Assert.Equal(["b", "c"], metered.Page().Families["test_asked"].Samples.Select(sample => sample.Label("name")).Order());
        there = [];
        Assert.DoesNotContain("test_asked", metered.Page().Families.Keys);
    }

    [Fact]
    public void An_instrument_that_cannot_tell_is_missing_and_the_others_are_there()
    {
        using var metered = new CollectedMeter();
        metered.Meter.CreateObservableGauge("test.broken", int () => throw new InvalidOperationException("a bug"));
        metered.Meter.CreateObservableGauge("test.asked", () => 1);

        var page = metered.Page();

        Assert.Equal(1, page.Sample("test_asked").Value);
        Assert.DoesNotContain("test_broken", page.Families.Keys);
    }

    [Fact]
    public void Instruments_of_one_name_are_one_family_where_they_are_of_one_kind()
    {
        using var metered = new CollectedMeter();
        metered.Meter.CreateCounter<long>("test.counted").Add(1);
        metered.Other.CreateCounter<int>("test.counted").Add(2);
        metered.Other.CreateHistogram<int>("test.counted").Record(4);

        Assert.Equal(3, metered.Page().Sample("test_counted_total").Value);
    }

    [Fact]
    public void What_is_no_number_and_counters_that_fall_are_left_out()
    {
        using var metered = new CollectedMeter();
        var counter = metered.Meter.CreateCounter<double>("test.counted");
        var times = metered.Meter.CreateHistogram<double>("test.time", "s");
        counter.Add(2);
        counter.Add(-1);
        counter.Add(double.NaN);
        times.Record(double.NaN);
        times.Record(1_000_000);

        var page = metered.Page();
        Assert.Equal(2, page.Sample("test_counted_total").Value);
        Assert.Equal(1, page.Sample("test_time_seconds_count").Value);
        Assert.Equal(1_000_000, page.Sample("test_time_seconds_sum").Value);
    }

    [Fact]
    public void A_measurement_in_a_recorded_trace_is_its_example()
    {
        var time = new ManualTimeProvider();
        using var metered = new CollectedMeter(time: time);
        using var source = new ActivitySource($"Test.{Guid.NewGuid():N}");
        using var listener = new ActivityListener { ShouldListenTo = one => one == source, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        var times = metered.Meter.CreateHistogram<double>("test.time", "s");
        times.Record(5);
        using (var activity = source.StartActivity("call")!)
        {
            times.Record(0.3);
            times.Record(0.31);
            var example = metered.Page(isOpenMetrics: true).Sample("test_time_seconds_bucket", ("le", "0.32")).Exemplar!;

            Assert.Equal([("trace_id", activity.TraceId.ToHexString()), ("span_id", activity.SpanId.ToHexString())], example.Labels);
            Assert.Equal((0.3, time.GetUtcNow().ToUnixTimeMilliseconds() / 1000d), (example.Value, example.Time));
            time.Advance(TimeSpan.FromSeconds(1));
            times.Record(0.29);
        }

        var page = metered.Page(isOpenMetrics: true);
        Assert.Equal(0.29, page.Sample("test_time_seconds_bucket", ("le", "0.32")).Exemplar!.Value);
        Assert.Null(page.Sample("test_time_seconds_bucket", ("le", "5.12")).Exemplar);
        Assert.DoesNotContain("trace_id", metered.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_lost_when_many_count_at_once()
    {
        const int Threads = 8;
        const int Each = 20_000;
        using var metered = new CollectedMeter(most: 60);
        var counter = metered.Meter.CreateCounter<long>("test.counted");
        var spent = metered.Meter.CreateCounter<double>("test.spent");
        var times = metered.Meter.CreateHistogram<double>("test.time", "s");

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(
            () =>
            {
                for (var i = 0; i < Each; i++)
                {
                    KeyValuePair<string, object?> tag = new("i", i % 100);
                    counter.Add(1, tag);
                    spent.Add(0.5, tag);
                    times.Record(i % 4, tag);
                    if (i % 5_000 == 0)
                    {
                        metered.Text();
                    }
                }
            },
            TestContext.Current.CancellationToken)));

        var page = metered.Page();
        Assert.Equal(61, page.Families["test_counted_total"].Samples.Count);
        Assert.Equal(Threads * Each, Sum("test_counted_total"));
        Assert.Equal(Threads * Each / 2, Sum("test_spent_total"));
        Assert.Equal(Threads * Each, Sum("test_time_seconds_count"));
        Assert.Equal(Threads * Each / 4 * (0 + 1 + 2 + 3), Sum("test_time_seconds_sum"));

        double Sum(string name) => page.Samples.Where(sample => sample.Name == name).Sum(sample => sample.Value);
    }

    [Fact]
    public void Recording_what_was_seen_before_allocates_nothing()
    {
        using var metered = new CollectedMeter(most: 2);
        var counter = metered.Meter.CreateCounter<long>("test.counted");
        var times = metered.Meter.CreateHistogram<double>("test.time", "s");
        Record();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1_000; i++)
        {
            Record();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Record()
        {
            foreach (var model in new ReadOnlySpan<string>(s_models))
            {
                counter.Add(1, new("model", model), new("key", "ci"), new("outcome", "answered"));
                times.Record(0.5, new("model", model), new("key", "ci"));
            }
        }
    }

    // The last is one too many.
    private static readonly string[] s_models = ["a", "b", "c"];
}
