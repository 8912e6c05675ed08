namespace Switchboard.Engine.Gguf;

/// <summary>A fault in a GGUF file. <see cref="LanguageModel.Load"/> adds the file's name.</summary>
internal sealed class GgufFormatException(string fault) : Exception(fault);
