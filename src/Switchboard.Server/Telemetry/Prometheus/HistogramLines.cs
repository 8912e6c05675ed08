using System.Globalization;
using System.Text;

namespace Switchboard.Server.Telemetry.Prometheus;

/// <summary>Writes the lines of histograms: a bucket each, the sum and the count.</summary>
internal sealed class HistogramLines(string name, string labels)
{
    private readonly byte[] _bucket = MetricSeries.LineOf(name + "_bucket", labels, isGoingOn: true);
    private readonly byte[] _sum = MetricSeries.LineOf(name + "_sum", labels);
    private readonly byte[] _count = MetricSeries.LineOf(name + "_count", labels);

    /// <summary>The bounds of buckets as they are written: <c>le="0.5"} </c>.</summary>
    public static byte[][] Bounds(double[] bounds) => [.. bounds.Select(bound => Encoding.UTF8.GetBytes($"le=\"{TextOf(bound)}\"}} ")), "le=\"+Inf\"} "u8.ToArray()];

    /// <summary>Writes the lines.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="bounds">The bounds of the buckets.</param>
    /// <param name="counts">How many there are in each, without those below it.</param>
    /// <param name="sum">The sum.</param>
    /// <param name="exemplars">An example of each; null for none.</param>
    public void Write(ExpositionWriter writer, byte[][] bounds, ReadOnlySpan<long> counts, double sum, Exemplar?[]? exemplars)
    {
        var count = 0L;
        for (var bucket = 0; bucket < bounds.Length; bucket++)
        {
            count += counts[bucket];
            writer.Begin(_bucket, bounds[bucket], count);
            if (exemplars is not null && Volatile.Read(ref exemplars[bucket]) is { } exemplar)
            {
                Write(writer, exemplar);
            }

            writer.End();
        }

        writer.Line(_sum, sum);
        writer.Line(_count, default, count);
    }

    private static void Write(ExpositionWriter writer, Exemplar exemplar)
    {
        writer.Write(" # {trace_id=\""u8);
        writer.Write(exemplar.TraceId);
        writer.Write("\",span_id=\""u8);
        writer.Write(exemplar.SpanId);
        writer.Write("\"} "u8);
        writer.Write(exemplar.Value);
        writer.Write(" "u8);
        writer.Write(exemplar.At.ToUnixTimeMilliseconds() / 1000d);
    }

    // OpenMetrics has whole numbers with a zero, and a series has to be named the same in both formats.
    private static string TextOf(double bound)
    {
        var text = bound.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny(".E") ? text : text + ".0";
    }
}
