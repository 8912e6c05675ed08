namespace Switchboard.Testing.Telemetry;

/// <summary>Reads what exporters send: the messages of OpenTelemetry's protocol, as far as tests look at them.</summary>
internal static class OtlpMessages
{
    private delegate void ReadField(ref ProtobufReader reader);

    /// <summary>The spans of an <c>ExportTraceServiceRequest</c>.</summary>
    public static List<ReceivedSpan> ReadSpans(ReadOnlySpan<byte> message)
    {
        var spans = new List<ReceivedSpan>();
        foreach (var (resource, scope, span) in Items(message))
        {
            spans.Add(ReadSpan(span, scope, resource));
        }

        return spans;
    }

    /// <summary>The points of an <c>ExportMetricsServiceRequest</c>.</summary>
    public static List<ReceivedPoint> ReadPoints(ReadOnlySpan<byte> message)
    {
        var points = new List<ReceivedPoint>();
        foreach (var (_, scope, metric) in Items(message))
        {
            ReadMetric(metric, scope, points);
        }

        return points;
    }

    // Both have the same frame: resources, in them scopes, in them what is told.
    private static List<(Dictionary<string, object?> Resource, string Scope, byte[] Item)> Items(ReadOnlySpan<byte> message)
    {
        var items = new List<(Dictionary<string, object?>, string, byte[])>();
        foreach (var ofResource in Messages(message, 1))
        {
            var resource = Messages(ofResource, 1) is [var told, ..] ? Attributes(told, 1) : [];
            foreach (var ofScope in Messages(ofResource, 2))
            {
                var scope = Messages(ofScope, 1) is [var named, ..] ? Texts(named, 1).FirstOrDefault("") : "";
                items.AddRange(Messages(ofScope, 2).Select(item => (resource, scope, item)));
            }
        }

        return items;
    }

    private static ReceivedSpan ReadSpan(byte[] message, string scope, Dictionary<string, object?> resource)
    {
        string trace = "", id = "", parent = "", name = "";
        int kind = 0, status = 0;
        var events = new List<ReceivedEvent>();
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1: trace = Convert.ToHexStringLower(reader.Bytes); break;
                case 2: id = Convert.ToHexStringLower(reader.Bytes); break;
                case 4: parent = Convert.ToHexStringLower(reader.Bytes); break;
                case 5: name = reader.Text; break;
                case 6: kind = (int)reader.Number; break;
                case 11: events.Add(new(Texts(reader.Bytes, 2).FirstOrDefault(""), Attributes(reader.Bytes, 3))); break;
                case 15: status = (int)Numbers(reader.Bytes, 3).FirstOrDefault(); break;
            }
        }

        return new(trace, id, parent, name, kind, scope, Attributes(message, 9), events, status, resource);
    }

    private static void ReadMetric(byte[] message, string scope, List<ReceivedPoint> points)
    {
        var name = Texts(message, 1).FirstOrDefault("");
        var unit = Texts(message, 3).FirstOrDefault("");

        // A gauge, a sum, a histogram.
        foreach (var number in Messages(message, 5).Concat(Messages(message, 7)).SelectMany(data => Messages(data, 1)))
        {
            points.Add(ReadNumber(number, name, unit, scope));
        }

        foreach (var point in Messages(message, 9).SelectMany(data => Messages(data, 1)))
        {
            points.Add(ReadHistogram(point, name, unit, scope));
        }
    }

    private static ReceivedPoint ReadNumber(byte[] message, string name, string unit, string scope)
    {
        var value = 0.0;
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            value = reader.Field switch { 4 => reader.Double, 6 => reader.Number, _ => value };
        }

        return new(name, unit, Attributes(message, 7), value, 0, scope);
    }

    private static ReceivedPoint ReadHistogram(byte[] message, string name, string unit, string scope)
    {
        var sum = 0.0;
        var count = 0L;
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            sum = reader.Field == 5 ? reader.Double : sum;
            count = reader.Field == 4 ? reader.Number : count;
        }

        return new(name, unit, Attributes(message, 9), sum, count, scope);
    }

    private static Dictionary<string, object?> Attributes(ReadOnlySpan<byte> message, int field)
    {
        var attributes = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var pair in Messages(message, field))
        {
            attributes[Texts(pair, 1).FirstOrDefault("")] = Messages(pair, 2) is [var value, ..] ? Value(value) : null;
        }

        return attributes;
    }

    private static object? Value(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        return !reader.Read() ? null : reader.Field switch
        {
            1 => reader.Text,
            2 => reader.Number != 0,
            3 => reader.Number,
            4 => reader.Double,
            5 => string.Join(',', Messages(reader.Bytes, 1).Select(item => Value(item))),
            _ => Convert.ToHexStringLower(reader.Bytes),
        };
    }

    private static List<byte[]> Messages(ReadOnlySpan<byte> message, int field)
    {
        var found = new List<byte[]>();
        Each(message, field, (ref reader) => found.Add(reader.Bytes.ToArray()));
        return found;
    }

    private static List<string> Texts(ReadOnlySpan<byte> message, int field)
    {
        var found = new List<string>();
        Each(message, field, (ref reader) => found.Add(reader.Text));
        return found;
    }

    private static List<long> Numbers(ReadOnlySpan<byte> message, int field)
    {
        var found = new List<long>();
        Each(message, field, (ref reader) => found.Add(reader.Number));
        return found;
    }

    private static void Each(ReadOnlySpan<byte> message, int field, ReadField read)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == field)
            {
                read(ref reader);
            }
        }
    }
}
