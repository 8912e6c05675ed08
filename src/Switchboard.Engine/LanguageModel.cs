namespace Switchboard.Engine;

/// <summary>A model read from a GGUF file: weights, tokenizer and chat template. Immutable and safe to share between threads.</summary>
public sealed class LanguageModel : IDisposable
{
    private LanguageModel(string path)
    {
        Path = path;
    }

    /// <summary>The file that the model was read from.</summary>
    public string Path { get; }

    /// <summary>The name that the file gives, or the file's own name.</summary>
    public string Name => throw new NotSupportedException();

    /// <summary>What the file says about itself, where it does.</summary>
    public string? Description => throw new NotSupportedException();

    /// <summary>The architecture that the file names; <c>llama</c>.</summary>
    public string Architecture => throw new NotSupportedException();

    /// <summary>How many tokens, prompt and answer together, the model was made for.</summary>
    public int ContextLength => throw new NotSupportedException();

    /// <summary>How many different tokens the model knows.</summary>
    public int VocabularySize => throw new NotSupportedException();

    /// <summary>How many weights the model has.</summary>
    public long ParameterCount => throw new NotSupportedException();

    /// <summary>Whether the file brings its own chat template; without one a plain transcript is used.</summary>
    public bool HasChatTemplate => throw new NotSupportedException();

    /// <summary>The tokens with which the model ends its answer.</summary>
    public IReadOnlyList<int> EndTokens => throw new NotSupportedException();

    /// <summary>Reads a model.</summary>
    /// <param name="path">A GGUF file.</param>
    /// <exception cref="ModelFileException">The file is missing, damaged, foreign or of an unsupported kind; the message names file and fault.</exception>
    public static LanguageModel Load(string path) => throw new NotSupportedException(path);

    /// <summary>Writes a conversation as the text that the model was trained on.</summary>
    /// <param name="turns">The conversation.</param>
    /// <param name="addGenerationPrompt">Whether to end with the opening of an assistant's answer.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation or cannot be run.</exception>
    public string RenderChat(IReadOnlyList<ChatTurn> turns, bool addGenerationPrompt) => throw new NotSupportedException(Path);

    /// <summary>
    /// Writes a conversation as tokens. Only the template's own text becomes control tokens:
    /// <c>&lt;|im_start|&gt;</c> inside a message stays plain text.
    /// </summary>
    /// <param name="turns">The conversation.</param>
    /// <param name="addGenerationPrompt">Whether to end with the opening of an assistant's answer.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation or cannot be run.</exception>
    public IReadOnlyList<int> TokenizeChat(IReadOnlyList<ChatTurn> turns, bool addGenerationPrompt) => throw new NotSupportedException(Path);

    /// <summary>Cuts text into tokens.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="parseSpecial">Whether control tokens written in the text are taken as such; never for text from users.</param>
    /// <param name="addBos">Whether to begin with the model's begin-of-text token, where the model wants one.</param>
    public IReadOnlyList<int> Tokenize(string text, bool parseSpecial, bool addBos) => throw new NotSupportedException(Path);

    /// <summary>The UTF-8 bytes of tokens; a character may be cut at either end.</summary>
    /// <param name="tokens">Token ids of this model.</param>
    public byte[] Detokenize(IReadOnlyList<int> tokens) => throw new NotSupportedException(Path);

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException(Path);
}
