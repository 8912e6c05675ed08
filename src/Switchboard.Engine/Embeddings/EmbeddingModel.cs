using System.Collections.Concurrent;
using Switchboard.Engine.Gguf;

namespace Switchboard.Engine.Embeddings;

/// <summary>
/// Turns texts into vectors whose dot product says how alike they are. Static word vectors, read from a GGUF file of
/// the kind <c>switchboard-embed</c>; immutable and safe to share between threads.
/// </summary>
public sealed class EmbeddingModel
{
    // Words that are in no index are worked out once: correcting one takes about a thousand look-ups.
    private const int MostCachedWords = 65_536;

    private const double Nothing = 1e-6;

    private readonly EmbeddingTables _tables;
    private readonly WordReader _reader;
    private readonly ConcurrentDictionary<string, double[]> _worked = new(StringComparer.Ordinal);

    private EmbeddingModel(string path, GgufFile file)
    {
        Path = path;
        _tables = EmbeddingTables.Read(file);
        _reader = new WordReader(word => _tables.Index.Known(word) is not null, _tables.ContextLength);
    }

    /// <summary>The file that the model was read from.</summary>
    public string Path { get; }

    /// <summary>How many numbers a vector has.</summary>
    public int Dimensions => _tables.Dimensions;

    /// <summary>How many words of a text are read; what follows is not.</summary>
    public int ContextLength => _tables.ContextLength;

    /// <summary>Reads a model.</summary>
    /// <param name="path">A GGUF file.</param>
    /// <exception cref="ModelFileException">The file is missing, damaged, foreign or of an unsupported kind; the message names file and fault.</exception>
    public static EmbeddingModel Load(string path)
    {
        try
        {
            using var file = GgufFile.Open(path);
            return new EmbeddingModel(path, file);
        }
        catch (Exception fault) when (fault is GgufFormatException or IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(path, fault.Message, fault);
        }
    }

    /// <summary>Turns a text into a vector of length 1.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="vector">Where to; <see cref="Dimensions"/> numbers.</param>
    /// <returns>How many words were read.</returns>
    /// <exception cref="ArgumentException"><paramref name="vector"/> has another length.</exception>
    public int Embed(string text, Span<float> vector)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (vector.Length != Dimensions)
        {
            throw new ArgumentException($"The vector must have {Dimensions} numbers.", nameof(vector));
        }

        var words = _reader.Read(text);
        var sum = new double[Dimensions];
        foreach (var word in words)
        {
            AddWord(word, sum);
        }

        RemoveCommon(sum);
        Normalize(sum, vector);
        return words.Count;
    }

    private void AddWord(string word, double[] sum)
    {
        if (_tables.Index.Exact(word) is { } token)
        {
            _tables.Words.Add(token, _tables.Weights[token], sum);
            return;
        }

        if (!_worked.TryGetValue(word, out var vector))
        {
            vector = WorkOut(word);
            if (_worked.Count >= MostCachedWords)
            {
                _worked.Clear();
            }

            _worked[word] = vector;
        }

        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] += vector[i];
        }
    }

    private double[] WorkOut(string word)
    {
        var vector = new double[Dimensions];
        if (_tables.Index.Known(word) is { } known)
        {
            _tables.Words.Add(known, _tables.Weights[known], vector);
        }
        else if (IsNumber(word))
        {
            _tables.Words.Add(_tables.NumberToken, _tables.Weights[_tables.NumberToken], vector);
        }
        else if (_tables.Index.Corrected(word) is { } corrected)
        {
            _tables.Words.Add(corrected, _tables.EditWeight * _tables.Weights[corrected], vector);
        }
        else
        {
            var rows = SubwordHash.Rows(word, _tables.ShortestSubword, _tables.LongestSubword, _tables.Subwords.Rows);
            foreach (var row in rows)
            {
                _tables.Subwords.Add(row, _tables.SubwordWeight / rows.Count, vector);
            }
        }

        return vector;
    }

    private static bool IsNumber(string word)
    {
        foreach (var rune in word.EnumerateRunes())
        {
            if (!WordReader.IsDigit(rune))
            {
                return false;
            }
        }

        return true;
    }

    // What all texts have in common says nothing of any of them.
    private void RemoveCommon(double[] sum)
    {
        foreach (var common in _tables.Common)
        {
            var along = 0.0;
            for (var i = 0; i < sum.Length; i++)
            {
                along += sum[i] * common[i];
            }

            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] -= along * common[i];
            }
        }
    }

    private static void Normalize(double[] sum, Span<float> vector)
    {
        var length = Math.Sqrt(sum.Sum(value => value * value));
        if (length < Nothing)
        {
            vector.Clear();
            vector[0] = 1;
            return;
        }

        for (var i = 0; i < sum.Length; i++)
        {
            vector[i] = (float)(sum[i] / length);
        }
    }
}
