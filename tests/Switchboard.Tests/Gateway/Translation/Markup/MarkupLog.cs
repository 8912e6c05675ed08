using System.Text;
using Switchboard.Gateway.Translation.Markup;
using Switchboard.Gateway.Translation.Markup.Tools;

namespace Switchboard.Tests.Gateway.Translation.Markup;

/// <summary>What a reader gave out, a line for each run of text, each run of reasoning and each call.</summary>
internal sealed class MarkupLog : IMarkupOutput
{
    private readonly List<(string Kind, MemoryStream Bytes)> _runs = [];

    public int Calls { get; private set; }

    public string[] Lines => [.. _runs.Select(run => $"{run.Kind}: {Encoding.UTF8.GetString(run.Bytes.ToArray())}")];

    public static MarkupFormat Format(string? reasoning, string? tools)
    {
        Assert.True(MarkupFormat.TryFind(reasoning, tools, out var format, out var fault), fault);
        return format!;
    }

    /// <summary>Reads a text in pieces of one size.</summary>
    public static string[] Read(string? reasoning, string? tools, ReadOnlySpan<byte> text, int bytesPerPiece, string schemas = "")
    {
        var log = new MarkupLog();
        var reader = Format(reasoning, tools).CreateReader(new ToolSchemas(Encoding.UTF8.GetBytes(schemas)), log);
        for (; text.Length > bytesPerPiece; text = text[bytesPerPiece..])
        {
            reader.Write(text[..bytesPerPiece]);
        }

        reader.Write(text);
        reader.Finish();
        return log.Lines;
    }

    /// <summary>Reads a text whole, in pieces of one to seven bytes, and in two pieces cut at every byte: it must say the same each time.</summary>
    public static void Check(string? reasoning, string? tools, string text, string[] expected, string schemas = "")
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal(expected, Read(reasoning, tools, bytes, int.MaxValue, schemas));
        for (var size = 1; size <= 7; size++)
        {
            Assert.Equal(expected, Read(reasoning, tools, bytes, size, schemas));
        }

        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var log = new MarkupLog();
            var reader = Format(reasoning, tools).CreateReader(new ToolSchemas(Encoding.UTF8.GetBytes(schemas)), log);
            reader.Write(bytes.AsSpan(0, cut));
            reader.Write(bytes.AsSpan(cut));
            reader.Finish();
            Assert.Equal(expected, log.Lines);
        }
    }

    public void Text(ReadOnlySpan<byte> text) => Add("text", text);

    public void Reasoning(ReadOnlySpan<byte> text) => Add("reasoning", text);

    public void ToolCall(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> arguments)
    {
        Calls++;
        var separator = id.IsEmpty ? "" : "#";
        _runs.Add(("call", new MemoryStream(Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetString(name)}{separator}{Encoding.UTF8.GetString(id)} {Encoding.UTF8.GetString(arguments)}"))));
    }

    private void Add(string kind, ReadOnlySpan<byte> text)
    {
        Assert.False(text.IsEmpty);
        if (_runs is not [.., var last] || last.Kind != kind)
        {
            last = (kind, new MemoryStream());
            _runs.Add(last);
        }

        last.Bytes.Write(text);
    }
}
