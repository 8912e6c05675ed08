using System.Runtime.InteropServices;

namespace Switchboard.Protocol.Json;

/// <summary>Whether two JSON texts are the same value, however each is spelled.</summary>
internal static class JsonEquality
{
    // Written objects may be deeper than what is read; the stack is watched instead.
    private static readonly JsonDocumentOptions s_deep = new() { MaxDepth = int.MaxValue };

    /// <summary>Compares two valid JSON texts.</summary>
    public static bool AreEqual(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right)
    {
        if (left.Span.SequenceEqual(right.Span))
        {
            return true;
        }

        using var leftDocument = JsonDocument.Parse(left, s_deep);
        using var rightDocument = JsonDocument.Parse(right, s_deep);
        return AreEqual(leftDocument.RootElement, rightDocument.RootElement);
    }

    /// <summary>A hash that is the same for all spellings of a value.</summary>
    public static int Hash(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, s_deep);
        return Hash(document.RootElement);
    }

    private static bool AreEqual(JsonElement left, JsonElement right)
    {
        if (left.ValueKind != right.ValueKind)
        {
            return false;
        }

        switch (left.ValueKind)
        {
            case JsonValueKind.Number:
                return new DecimalNumber(JsonMarshal.GetRawUtf8Value(left)).IsSameAs(new DecimalNumber(JsonMarshal.GetRawUtf8Value(right)));
            case JsonValueKind.String:
                return left.ValueEquals(right.GetString());
            case JsonValueKind.Array:
                return AreArraysEqual(left, right);
            case JsonValueKind.Object:
                return AreObjectsEqual(left, right);
            default:
                return true;
        }
    }

    private static bool AreArraysEqual(JsonElement left, JsonElement right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (left.GetArrayLength() != right.GetArrayLength())
        {
            return false;
        }

        var others = right.EnumerateArray();
        foreach (var element in left.EnumerateArray())
        {
            if (!others.MoveNext() || !AreEqual(element, others.Current))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreObjectsEqual(JsonElement left, JsonElement right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (left.GetPropertyCount() != right.GetPropertyCount())
        {
            return false;
        }

        // Mostly the members come in one order; where they do not, they are found by name.
        Dictionary<string, JsonElement>? byName = null;
        var others = right.EnumerateObject();
        foreach (var member in left.EnumerateObject())
        {
            others.MoveNext();
            var value = others.Current.Value;
            if (byName is not null || !others.Current.NameEquals(member.Name))
            {
                byName ??= ByName(right);
                if (!byName.TryGetValue(member.Name, out value))
                {
                    return false;
                }
            }

            if (!AreEqual(member.Value, value))
            {
                return false;
            }
        }

        return true;
    }

    private static Dictionary<string, JsonElement> ByName(JsonElement element)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        return members;
    }

    private static int Hash(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Number:
                // Spellings of one number round to one double.
                return element.TryGetDouble(out var number) ? number.GetHashCode() : 0;
            case JsonValueKind.String:
                return StringComparer.Ordinal.GetHashCode(element.GetString()!);
            case JsonValueKind.Array:
                return HashArray(element);
            case JsonValueKind.Object:
                return HashObject(element);
            default:
                return (int)element.ValueKind;
        }
    }

    private static int HashArray(JsonElement array)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var hash = new HashCode();
        foreach (var element in array.EnumerateArray())
        {
            hash.Add(Hash(element));
        }

        return hash.ToHashCode();
    }

    private static int HashObject(JsonElement element)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var sum = (int)JsonValueKind.Object;
        foreach (var member in element.EnumerateObject())
        {
            sum = unchecked(sum + HashCode.Combine(StringComparer.Ordinal.GetHashCode(member.Name), Hash(member.Value)));
        }

        return sum;
    }
}
