using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Switchboard.Gateway.Guardrails.Texts;
using Switchboard.Protocol.Sse;

namespace Switchboard.Gateway.Guardrails.Output;

/// <summary>An event that waits until all its texts are decided. Reused.</summary>
internal sealed class PendingEvent
{
    private readonly List<PendingPiece> _pieces = [];
    private readonly List<FoundText> _echoes = [];
    private byte[] _bytes = [];
    private int _length;
    private int _dataStart;
    private int _dataLength;
    private int _count;

    /// <summary>Its data.</summary>
    public ReadOnlySpan<byte> Data => _bytes.AsSpan(_dataStart, _dataLength);

    /// <summary>Its texts.</summary>
    public ReadOnlySpan<PendingPiece> Pieces => CollectionsMarshal.AsSpan(_pieces)[.._count];

    /// <summary>It ends the stream.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Nothing in it is undecided.</summary>
    public bool IsDecided
    {
        get
        {
            foreach (var piece in Pieces)
            {
                if (!piece.IsDecided)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Begins with an event.</summary>
    public void Begin(in SseEvent found)
    {
        (_count, _length, IsDone) = (0, 0, found.IsDone);
        _echoes.Clear();
        if (found.DataRange is { } range)
        {
            (_dataStart, _dataLength) = (range.Start.Value, range.End.Value - range.Start.Value);
            Append(found.Raw);
            return;
        }

        // Data of several lines gets one: line ends in JSON are between its tokens.
        if (found.HasType)
        {
            Append(new ReadOnlySequence<byte>("event: "u8.ToArray()));
            Append(found.Type);
            Append(new ReadOnlySequence<byte>("\n"u8.ToArray()));
        }

        Append(new ReadOnlySequence<byte>("data: "u8.ToArray()));
        (_dataStart, _dataLength) = (_length, (int)found.Data.Length);
        Append(found.Data);
        _bytes.AsSpan(_dataStart, _dataLength).Replace((byte)'\n', (byte)' ');
        Append(new ReadOnlySequence<byte>("\n\n"u8.ToArray()));
    }

    /// <summary>Adds one of its texts.</summary>
    public PendingPiece Add(FoundText found, int id)
    {
        if (_count == _pieces.Count)
        {
            _pieces.Add(new PendingPiece());
        }

        var piece = _pieces[_count++];
        piece.Begin(found, id, Data.Slice(found.Start, found.Length));
        return piece;
    }

    /// <summary>Adds what tells one of its texts once more.</summary>
    public void AddEcho(FoundText found) => _echoes.Add(found);

    /// <summary>Writes it: as it came, save the texts that were changed.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        var changes = new List<(FoundText Found, PendingPiece? Piece)>();
        foreach (var piece in Pieces)
        {
            if (piece.IsChanged)
            {
                changes.Add((piece.Found, piece));
            }
        }

        if (changes.Count == 0)
        {
            output.Write(_bytes.AsSpan(0, _length));
            return;
        }

        changes.AddRange(_echoes.Where(echo => changes.Exists(change => change.Found.First == echo.First)).Select(echo => (echo, (PendingPiece?)null)).ToList());
        changes.Sort((left, right) => left.Found.Start.CompareTo(right.Found.Start));
        Write(changes, output);
    }

    private void Write(List<(FoundText Found, PendingPiece? Piece)> changes, IBufferWriter<byte> output)
    {
        var read = 0;
        foreach (var (found, piece) in changes)
        {
            var start = _dataStart + found.Start;
            output.Write(_bytes.AsSpan(read, start - read));
            if (piece is null)
            {
                output.Write(GuardedDocument.Nothing(_bytes[start]));
            }
            else
            {
                JsonChars.Escape(piece.Now, output);
            }

            read = start + found.Length;
        }

        output.Write(_bytes.AsSpan(read, _length - read));
    }

    private void Append(in ReadOnlySequence<byte> bytes)
    {
        var length = (int)bytes.Length;
        if (_length + length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + length, Math.Max(512, _bytes.Length * 2)));
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += length;
    }
}

/// <summary>One text of an event, and what becomes of it.</summary>
internal sealed class PendingPiece
{
    private readonly StringBuilder _now = new();
    private char[] _was = [];
    private int _length;

    /// <summary>Its number in the stream.</summary>
    public int Id { get; private set; }

    /// <summary>Where it lies in the data.</summary>
    public FoundText Found { get; private set; }

    /// <summary>What it said.</summary>
    public ReadOnlySpan<char> Was => _was.AsSpan(0, _length);

    /// <summary>What it says now.</summary>
    public string Now => _now.ToString();

    /// <summary>Nothing more becomes of it.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>It says something else.</summary>
    public bool IsChanged => !_now.Equals(Was);

    /// <summary>Begins with a text.</summary>
    public void Begin(FoundText found, int id, ReadOnlySpan<byte> json)
    {
        (Found, Id, IsDecided) = (found, id, false);
        _now.Clear();
        if (_was.Length < json.Length)
        {
            _was = new char[Math.Max(json.Length, 32)];
        }

        _length = JsonChars.Unescape(json, _was);
    }

    /// <summary>Adds what it says now.</summary>
    public void Append(ReadOnlySpan<char> text) => _now.Append(text);

    /// <summary>Nothing more becomes of it.</summary>
    public void Decide() => IsDecided = true;

    /// <summary>It stays as it is.</summary>
    public void Keep() => Decide(Was);

    /// <summary>It says this.</summary>
    public void Decide(ReadOnlySpan<char> text)
    {
        _now.Append(text);
        IsDecided = true;
    }
}
