namespace Switchboard.Tests.Server.Telemetry.Prometheus;

/// <summary>A family of a page: what is told of it, and its samples.</summary>
internal sealed class ExpositionFamily(string name)
{
    private static readonly string[] s_types = ["counter", "gauge", "histogram", "info"];

    public string Name => name;

    public string? Type { get; set; }

    public string? Help { get; set; }

    public string? Unit { get; set; }

    public List<ExpositionSample> Samples { get; } = [];

    /// <summary>What has to be so of each kind.</summary>
    public void Check(bool isOpenMetrics)
    {
        Assert.NotNull(Help);
        Assert.NotEmpty(Samples);
        Assert.Contains(Type, s_types);
        Assert.True(isOpenMetrics || Type != "info");
        Assert.All(Samples, sample => Assert.Contains(sample.Name, Names(isOpenMetrics)));
        Assert.All(Samples.Where(sample => sample.Exemplar is not null), CheckExemplar);
        if (Type == "counter")
        {
            Assert.All(Samples, sample => Assert.True(sample.Value >= 0));
        }

        if (Type == "histogram")
        {
            CheckHistogram();
        }
    }

    private string[] Names(bool isOpenMetrics) => Type switch
    {
        "histogram" => [name + "_bucket", name + "_sum", name + "_count"],
        "counter" => [isOpenMetrics ? name + "_total" : name.EndsWith("_total", StringComparison.Ordinal) ? name : "a counter ends with _total"],
        "info" => [name + "_info"],
        _ => [name],
    };

    private static void CheckExemplar(ExpositionSample sample)
    {
        Assert.EndsWith("_bucket", sample.Name, StringComparison.Ordinal);
        Assert.True(sample.Exemplar!.Labels.Sum(label => label.Name.Length + label.Value.Length) <= 128);
        Assert.True(sample.Exemplar.Value <= sample.Bound);
    }

    private void CheckHistogram()
    {
        foreach (var series in Samples.GroupBy(sample => sample.WithoutBound, StringComparer.Ordinal))
        {
            var buckets = series.Where(sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal)).ToList();
            Assert.Equal(buckets.Select(bucket => bucket.Bound).Order(), buckets.Select(bucket => bucket.Bound));
            Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
            Assert.Equal(double.PositiveInfinity, buckets[^1].Bound);
            Assert.Equal(buckets[^1].Value, Assert.Single(series, sample => sample.Name == name + "_count").Value);
            Assert.Single(series, sample => sample.Name == name + "_sum");
        }
    }
}
