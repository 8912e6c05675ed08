using System.Text.Json.Serialization;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Json.Codecs;

namespace Switchboard.Tests.Protocol.Json;

/// <summary>A chat completion, written by hand as the generated types are.</summary>
[JsonConverter(typeof(WireConverter<SampleCompletion>))]
internal sealed record SampleCompletion : WireObject, IWireCodec<SampleCompletion>
{
    public string? Id { get; init; }

    public DateTimeOffset? Created { get; init; }

    public IReadOnlyList<SampleChoice>? Choices { get; init; }

    public SampleUsage? Usage { get; init; }

    public string? ServiceTier { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public static SampleCompletion Read(ref WireReader reader)
    {
        reader.ReadStartObject();
        string? id = null, tier = null;
        DateTimeOffset? created = null;
        IReadOnlyList<SampleChoice>? choices = null;
        SampleUsage? usage = null;
        IReadOnlyDictionary<string, string>? metadata = null;
        var shell = new SampleCompletion();
        var seen = 0UL;
        while (reader.NextMember(out var name))
        {
            var member = shell.IndexOf(name);
            if (!shell.Take(ref reader, name, member, ref seen))
            {
                continue;
            }

            switch (member)
            {
                case 0: id = reader.ReadString(); break;
                case 1: created = reader.ReadUnixTime(); break;
                case 2: choices = ListCodec<SampleChoice, SampleChoice>.Read(ref reader); break;
                case 3: usage = SampleUsage.Read(ref reader); break;
                case 4: tier = reader.ReadString(); break;
                default: metadata = MapCodec<string, StringCodec>.Read(ref reader); break;
            }
        }

        return shell with { Id = id, Created = created, Choices = choices, Usage = usage, ServiceTier = tier, Metadata = metadata };
    }

    public static void Write(ref WireWriter writer, SampleCompletion value) => value.WriteTo(ref writer);

    public bool Equals(SampleCompletion? other) => base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();

    private protected override ulong WriteMembers(ref WireWriter writer)
    {
        var written = 0UL;
        if (Id is { } id)
        {
            writer.WriteName("\"id\":"u8);
            writer.WriteString(id);
            written |= 1;
        }

        if (Created is { } created)
        {
            writer.WriteName("\"created\":"u8);
            writer.WriteUnixTime(created);
            written |= 2;
        }

        if (Choices is { } choices)
        {
            writer.WriteName("\"choices\":"u8);
            ListCodec<SampleChoice, SampleChoice>.Write(ref writer, choices);
            written |= 4;
        }

        if (Usage is { } usage)
        {
            writer.WriteName("\"usage\":"u8);
            usage.WriteTo(ref writer);
            written |= 8;
        }

        if (ServiceTier is { } tier)
        {
            writer.WriteName("\"service_tier\":"u8);
            writer.WriteString(tier);
            written |= 16;
        }

        if (Metadata is { } metadata)
        {
            writer.WriteName("\"metadata\":"u8);
            MapCodec<string, StringCodec>.Write(ref writer, metadata);
            written |= 32;
        }

        return written;
    }

    private protected override ReadOnlySpan<byte> MemberName(int member) => member switch
    {
        0 => "\"id\":"u8,
        1 => "\"created\":"u8,
        2 => "\"choices\":"u8,
        3 => "\"usage\":"u8,
        4 => "\"service_tier\":"u8,
        _ => "\"metadata\":"u8,
    };

    private protected override int IndexOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("id"u8) => 0,
        7 when name.SequenceEqual("created"u8) => 1,
        7 when name.SequenceEqual("choices"u8) => 2,
        5 when name.SequenceEqual("usage"u8) => 3,
        12 when name.SequenceEqual("service_tier"u8) => 4,
        8 when name.SequenceEqual("metadata"u8) => 5,
        _ => -1,
    };
}

/// <summary>One choice; its content is text or a list of parts.</summary>
internal sealed record SampleChoice : WireObject, IWireCodec<SampleChoice>
{
    public long? Index { get; init; }

    public string? Text { get; init; }

    public IReadOnlyList<SamplePart>? Parts { get; init; }

    public static SampleChoice Read(ref WireReader reader)
    {
        reader.ReadStartObject();
        var value = new SampleChoice();
        var seen = 0UL;
        while (reader.NextMember(out var name))
        {
            var member = value.IndexOf(name);
            if (value.Take(ref reader, name, member, ref seen))
            {
                value = member switch
                {
                    0 => value with { Index = reader.ReadInt64() },
                    1 => value with { Text = reader.ReadString() },
                    _ => value with { Parts = ListCodec<SamplePart, SamplePart>.Read(ref reader) },
                };
            }
        }

        return value;
    }

    public static void Write(ref WireWriter writer, SampleChoice value) => value.WriteTo(ref writer);

    public bool Equals(SampleChoice? other) => base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();

    private protected override ulong WriteMembers(ref WireWriter writer)
    {
        var written = 0UL;
        if (Index is { } index)
        {
            writer.WriteName(MemberName(0));
            writer.WriteInt64(index);
            written |= 1;
        }

        if (Text is { } text)
        {
            writer.WriteName(MemberName(1));
            writer.WriteString(text);
            written |= 2;
        }

        if (Parts is { } parts)
        {
            writer.WriteName(MemberName(2));
            ListCodec<SamplePart, SamplePart>.Write(ref writer, parts);
            written |= 4;
        }

        return written;
    }

    private protected override int IndexOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("index"u8) ? 0 : name.SequenceEqual("text"u8) ? 1 : name.SequenceEqual("parts"u8) ? 2 : -1;

    private protected override ReadOnlySpan<byte> MemberName(int member) =>
        member switch { 0 => "\"index\":"u8, 1 => "\"text\":"u8, _ => "\"parts\":"u8 };
}

/// <summary>A part, whose <c>type</c> tells which; one that nobody knows is kept as it came.</summary>
internal abstract record SamplePart : WireObject, IWireCodec<SamplePart>
{
    public static SamplePart Read(ref WireReader reader)
    {
        var tag = reader.PeekTag("type"u8);
        return tag.SequenceEqual("text"u8) ? SampleTextPart.Read(ref reader) : new SampleUnknownPart { Json = reader.ReadRaw() };
    }

    public static void Write(ref WireWriter writer, SamplePart value) => value.WriteTo(ref writer);
}

internal sealed record SampleTextPart : SamplePart, IWireCodec<SampleTextPart>
{
    public string? Text { get; init; }

    public static new SampleTextPart Read(ref WireReader reader)
    {
        reader.ReadStartObject();
        string? text = null;
        var value = new SampleTextPart();
        var seen = 0UL;
        while (reader.NextMember(out var name))
        {
            var member = value.IndexOf(name);
            if (value.Take(ref reader, name, member, ref seen) && member == 1)
            {
                text = reader.ReadString();
            }
        }

        return value with { Text = text };
    }

    public static void Write(ref WireWriter writer, SampleTextPart value) => value.WriteTo(ref writer);

    public bool Equals(SampleTextPart? other) => base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();

    private protected override ulong WriteMembers(ref WireWriter writer)
    {
        writer.WriteName("\"type\":"u8);
        writer.WriteString("text");
        if (Text is null)
        {
            return 1;
        }

        writer.WriteName("\"text\":"u8);
        writer.WriteString(Text);
        return 3;
    }

    private protected override int IndexOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("type"u8) ? 0 : name.SequenceEqual("text"u8) ? 1 : -1;

    private protected override ReadOnlySpan<byte> MemberName(int member) => member == 0 ? "\"type\":"u8 : "\"text\":"u8;
}

internal sealed record SampleUnknownPart : SamplePart
{
    public RawJson Json { get; init; }

    public override void WriteTo(ref WireWriter writer) => RawJson.Write(ref writer, Json);

    public bool Equals(SampleUnknownPart? other) => base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();

    private protected override ulong WriteMembers(ref WireWriter writer) => 0;

    private protected override int IndexOf(ReadOnlySpan<byte> name) => -1;

    private protected override ReadOnlySpan<byte> MemberName(int member) => default;
}

internal sealed record SampleUsage : WireObject, IWireCodec<SampleUsage>
{
    public int? Tokens { get; init; }

    public double? Cost { get; init; }

    public static SampleUsage Read(ref WireReader reader)
    {
        reader.ReadStartObject();
        int? tokens = null;
        double? cost = null;
        var value = new SampleUsage();
        var seen = 0UL;
        while (reader.NextMember(out var name))
        {
            var member = value.IndexOf(name);
            if (value.Take(ref reader, name, member, ref seen))
            {
                if (member == 0)
                {
                    tokens = reader.ReadInt32();
                }
                else
                {
                    cost = reader.ReadDouble();
                }
            }
        }

        return value with { Tokens = tokens, Cost = cost };
    }

    public static void Write(ref WireWriter writer, SampleUsage value) => value.WriteTo(ref writer);

    public bool Equals(SampleUsage? other) => base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();

    private protected override ulong WriteMembers(ref WireWriter writer)
    {
        var written = 0UL;
        if (Tokens is { } tokens)
        {
            writer.WriteName("\"tokens\":"u8);
            writer.WriteInt64(tokens);
            written |= 1;
        }

        if (Cost is { } cost)
        {
            writer.WriteName("\"cost\":"u8);
            writer.WriteDouble(cost);
            written |= 2;
        }

        return written;
    }

    private protected override int IndexOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("tokens"u8) ? 0 : name.SequenceEqual("cost"u8) ? 1 : -1;

    private protected override ReadOnlySpan<byte> MemberName(int member) => member == 0 ? "\"tokens\":"u8 : "\"cost\":"u8;
}
