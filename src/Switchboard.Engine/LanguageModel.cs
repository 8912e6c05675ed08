using Switchboard.Engine.Gguf;
using Switchboard.Engine.Models;
using Switchboard.Engine.Templates;
using Switchboard.Engine.Tokenization;

namespace Switchboard.Engine;

/// <summary>A model read from a GGUF file: weights, tokenizer and chat template. Immutable and safe to share between threads.</summary>
public sealed class LanguageModel : IDisposable
{
    private readonly ChatTemplate _template;

    private LanguageModel(string path, GgufFile file)
    {
        var metadata = file.Metadata;
        var shape = LlamaShape.Read(metadata);
        Path = path;
        Name = metadata.Text("general.name") is { Length: > 0 } name ? name : System.IO.Path.GetFileNameWithoutExtension(path);
        Description = metadata.Text("general.description");
        Architecture = metadata.RequiredText("general.architecture");
        Temperature = metadata.Number("general.sampling.temp", 0, float.MaxValue);
        ContextLength = shape.ContextLength;
        Tokenizer = Tokenizer.Read(metadata);
        _template = ChatTemplate.For(metadata, Tokenizer.Vocabulary, TimeProvider.System);
        Weights = LlamaWeights.Load(file, shape, Tokenizer.Vocabulary.Size);
    }

    /// <summary>The file that the model was read from.</summary>
    public string Path { get; }

    /// <summary>The name that the file gives, or the file's own name.</summary>
    public string Name { get; }

    /// <summary>What the file says about itself, where it does.</summary>
    public string? Description { get; }

    /// <summary>The architecture that the file names; <c>llama</c>.</summary>
    public string Architecture { get; }

    /// <summary>The temperature that the file advises (<c>general.sampling.temp</c>), from 0; null where it advises none.</summary>
    public float? Temperature { get; }

    /// <summary>How many tokens, prompt and answer together, the model was made for.</summary>
    public int ContextLength { get; }

    /// <summary>How many different tokens the model knows.</summary>
    public int VocabularySize => Tokenizer.Vocabulary.Size;

    /// <summary>How many weights the model has.</summary>
    public long ParameterCount => Weights.ParameterCount;

    /// <summary>Whether the file brings its own chat template; without one a plain transcript is used.</summary>
    public bool HasChatTemplate => _template.IsFromFile;

    /// <summary>The tokens with which the model ends its answer.</summary>
    public IReadOnlyList<int> EndTokens => Tokenizer.Vocabulary.EndTokens;

    internal Tokenizer Tokenizer { get; }

    internal LlamaWeights Weights { get; }

    /// <summary>Reads a model.</summary>
    /// <param name="path">A GGUF file.</param>
    /// <exception cref="ModelFileException">The file is missing, damaged, foreign or of an unsupported kind; the message names file and fault.</exception>
    public static LanguageModel Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            // Weights are laid out anew for computing: after that a change of the file on disk cannot hurt.
            using var file = GgufFile.Open(path);
            return new LanguageModel(path, file);
        }
        catch (GgufFormatException fault)
        {
            throw new ModelFileException(path, fault.Message);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new ModelFileException(path, $"the file cannot be read: {fault.Message}", fault);
        }
        catch (OutOfMemoryException fault)
        {
            throw new ModelFileException(path, "the machine has too little memory for this model", fault);
        }
    }

    /// <summary>Writes a conversation as the text that the model was trained on.</summary>
    /// <param name="turns">The conversation.</param>
    /// <param name="addGenerationPrompt">Whether to end with the opening of an assistant's answer.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation or cannot be run.</exception>
    public string RenderChat(IReadOnlyList<ChatTurn> turns, bool addGenerationPrompt) => _template.Render(turns, addGenerationPrompt).Value;

    /// <summary>
    /// Writes a conversation as tokens. Only the template's own text becomes control tokens:
    /// <c>&lt;|im_start|&gt;</c> inside a message stays plain text.
    /// </summary>
    /// <param name="turns">The conversation.</param>
    /// <param name="addGenerationPrompt">Whether to end with the opening of an assistant's answer.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation or cannot be run.</exception>
    public IReadOnlyList<int> TokenizeChat(IReadOnlyList<ChatTurn> turns, bool addGenerationPrompt)
    {
        var text = _template.Render(turns, addGenerationPrompt);
        var tokens = Tokenizer.Encode(text.Value, text.IsTrusted);

        // Most templates write the begin-of-text token themselves.
        return tokens.Count > 0 && tokens[0] == Tokenizer.Vocabulary.BeginToken ? tokens : Tokenizer.WithBegin(tokens);
    }

    /// <summary>Cuts text into tokens.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="parseSpecial">Whether control tokens written in the text are taken as such; never for text from users.</param>
    /// <param name="addBos">Whether to begin with the model's begin-of-text token, where the model wants one.</param>
    public IReadOnlyList<int> Tokenize(string text, bool parseSpecial, bool addBos)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = Tokenizer.Encode(text, (_, _) => parseSpecial);
        return addBos ? Tokenizer.WithBegin(tokens) : tokens;
    }

    /// <summary>The UTF-8 bytes of tokens; a character may be cut at either end.</summary>
    /// <param name="tokens">Token ids of this model.</param>
    /// <exception cref="ArgumentException">A token is not the model's.</exception>
    public byte[] Detokenize(IReadOnlyList<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var bytes = new List<byte>(tokens.Count * 4);
        foreach (var token in tokens)
        {
            if (token < 0 || token >= VocabularySize)
            {
                throw new ArgumentException($"The model has no token {token}.", nameof(tokens));
            }

            bytes.AddRange(Tokenizer.Bytes(token).Span);
        }

        return [.. bytes];
    }

    /// <summary>Frees the weights. No engine may run the model any more.</summary>
    public void Dispose() => Weights.Dispose();
}
