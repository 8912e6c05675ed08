using System.Buffers;
using System.Text.Json;

namespace Switchboard.Gateway.Caching;

/// <summary>
/// Who flushed what, when. The time is a part of the names of answers, so that those from before are not found any more,
/// wherever they lie. Merging the marks of two gateways needs no order: of each the later one holds.
/// </summary>
internal sealed class FlushMarks(TimeProvider time)
{
    // As long as the longest life of what they make void.
    private static readonly TimeSpan s_longestLife = TimeSpan.FromDays(30);

    private readonly Lock _gate = new();
    private volatile Dictionary<(string? Tenant, string? Model), long> _marks = [];

    /// <summary>The mark of answers to a tenant from a model.</summary>
    public long Of(string tenant, string model)
    {
        var marks = _marks;
        if (marks.Count == 0)
        {
            return 0;
        }

        return Math.Max(
            Math.Max(marks.GetValueOrDefault((null, null)), marks.GetValueOrDefault((tenant, null))),
            Math.Max(marks.GetValueOrDefault((null, model)), marks.GetValueOrDefault((tenant, model))));
    }

    /// <summary>Makes what there is until now void.</summary>
    /// <param name="tenant">Of this tenant alone; null for all.</param>
    /// <param name="model">Of this model alone; null for all.</param>
    public void Add(string? tenant, string? model)
    {
        // A later mark than all others, so that it is seen beside any of them.
        var latest = _marks.Values.DefaultIfEmpty().Max();
        Merge([new((tenant, model), Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), latest + 1))]);
    }

    /// <summary>Takes the marks of another gateway.</summary>
    public void Merge(ReadOnlyMemory<byte> json)
    {
        var others = new List<KeyValuePair<(string?, string?), long>>();
        try
        {
            foreach (var mark in JsonElement.Parse(json.Span).EnumerateArray())
            {
                others.Add(new((mark[0].GetString(), mark[1].GetString()), mark[2].GetInt64()));
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            // Somebody else wrote there.
            return;
        }

        Merge(others);
    }

    /// <summary>All of them, for other gateways.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var ((tenant, model), at) in _marks)
            {
                json.WriteStartArray();
                json.WriteStringValue(tenant);
                json.WriteStringValue(model);
                json.WriteNumberValue(at);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void Merge(IReadOnlyCollection<KeyValuePair<(string? Tenant, string? Model), long>> others)
    {
        lock (_gate)
        {
            var oldest = (time.GetUtcNow() - s_longestLife).ToUnixTimeMilliseconds();
            var marks = _marks.Where(mark => mark.Value > oldest).ToDictionary();
            foreach (var (what, at) in others)
            {
                marks[what] = Math.Max(marks.GetValueOrDefault(what), at);
            }

            _marks = marks;
        }
    }
}
