using Switchboard.Engine.Gguf;

namespace Switchboard.Engine;

/// <summary>What a model file says of itself, read without its weights. The file is checked to be whole.</summary>
public sealed record ModelFileInfo
{
    private const string EmbeddingArchitecture = "switchboard-embed";

    private ModelFileInfo(string architecture) => Architecture = architecture;

    /// <summary>The architecture that the file names, such as <c>llama</c>.</summary>
    public string Architecture { get; }

    /// <summary>True for a model that turns text into vectors.</summary>
    public bool IsEmbedding => Architecture == EmbeddingArchitecture;

    /// <summary>The name that the file gives.</summary>
    public string? Name { get; private init; }

    /// <summary>How many tokens, prompt and answer together, the model was made for.</summary>
    public int? ContextLength { get; private init; }

    /// <summary>How many weights the model has.</summary>
    public long ParameterCount { get; private init; }

    /// <summary>Reads the head of a file.</summary>
    /// <exception cref="ModelFileException">The file is missing, damaged, foreign or of an unsupported kind; the message names file and fault.</exception>
    public static ModelFileInfo Read(string path)
    {
        try
        {
            using var file = GgufFile.Open(path);
            return Describe(file);
        }
        catch (GgufFormatException fault)
        {
            throw new ModelFileException(path, fault.Message, fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(path, $"the file cannot be read ({fault.Message})", fault);
        }
    }

    private static ModelFileInfo Describe(GgufFile file)
    {
        var metadata = file.Metadata;
        var architecture = metadata.RequiredText("general.architecture");
        if (architecture is not ("llama" or EmbeddingArchitecture))
        {
            throw new GgufFormatException($"the architecture '{architecture}' is not supported; 'llama' and '{EmbeddingArchitecture}' are");
        }

        if (file.Tensors.FirstOrDefault(tensor => !TensorTypes.IsSupported(tensor.Type)) is { } foreign)
        {
            throw new GgufFormatException($"the tensor {foreign.Name} is of type {TensorTypes.Name(foreign.Type)}, which is not supported");
        }

        return new ModelFileInfo(architecture)
        {
            Name = metadata.Text("general.name"),
            ContextLength = metadata.Integer($"{architecture}.context_length", 1, int.MaxValue),
            ParameterCount = file.Tensors.Sum(tensor => tensor.Elements),
        };
    }
}
