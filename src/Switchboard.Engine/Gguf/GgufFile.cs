using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Switchboard.Engine.Gguf;

/// <summary>
/// A memory-mapped GGUF file: metadata, and tensors whose extents have been checked against the file's length.
/// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
/// </summary>
internal sealed unsafe class GgufFile : IDisposable
{
    private const uint Magic = 0x46554747; // "GGUF"
    private const int LeastTensorBytes = 8 + 4 + 8 + 4 + 8;
    private const int MostDimensions = 4;

    /// <summary>Metadata and tensor list of the largest models take some 20 MB; a hostile one must not fill the memory.</summary>
    private const long LongestHeader = 128 << 20;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _data;
    private readonly long _length;
    private readonly Dictionary<string, GgufTensor> _tensors = new(StringComparer.Ordinal);
    private long _dataStart;

    private GgufFile(SafeFileHandle handle, long length)
    {
        _length = length;
        _file = MemoryMappedFile.CreateFromFile(handle, mapName: null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _data);
        _data += _view.PointerOffset;
    }

    public GgufMetadata Metadata { get; private set; } = new([]);

    public IReadOnlyCollection<GgufTensor> Tensors => _tensors.Values;

    public static GgufFile Open(string path)
    {
        var handle = File.OpenHandle(path);
        GgufFile? file = null;
        try
        {
            var length = RandomAccess.GetLength(handle);
            if (length == 0)
            {
                throw new GgufFormatException("the file is empty");
            }

            file = new GgufFile(handle, length);
            file.Parse();
            return file;
        }
        catch
        {
            file?.Dispose();
            handle.Dispose();
            throw;
        }
    }

    public GgufTensor? Find(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>The tensor's first byte. Its whole extent lies within the file.</summary>
    public byte* DataOf(GgufTensor tensor) => _data + _dataStart + (long)tensor.Offset;

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private void Parse()
    {
        var cursor = new GgufCursor(_data, Math.Min(_length, LongestHeader));
        if (_length < 4 || cursor.ReadUInt32() != Magic)
        {
            throw new GgufFormatException("this is not a GGUF file: it does not begin with 'GGUF'");
        }

        var version = cursor.ReadUInt32();
        if (version is not (2 or 3))
        {
            throw new GgufFormatException($"GGUF version {version} is not supported; versions 2 and 3 are");
        }

        var tensorCount = cursor.ReadCount("tensors", LeastTensorBytes);
        var entryCount = GgufMetadataReader.ReadCount(ref cursor);
        Metadata = GgufMetadataReader.Read(ref cursor, entryCount);
        for (var i = 0; i < tensorCount; i++)
        {
            var tensor = ReadTensor(ref cursor);
            if (!_tensors.TryAdd(tensor.Name, tensor))
            {
                throw new GgufFormatException($"the tensor {tensor.Name} is there twice");
            }
        }

        var alignment = Metadata.Integer("general.alignment", 1, 1 << 20) ?? 32;
        _dataStart = (cursor.Position + alignment - 1) / alignment * alignment;
        foreach (var tensor in _tensors.Values)
        {
            CheckExtent(tensor, alignment);
        }
    }

    private static GgufTensor ReadTensor(ref GgufCursor cursor)
    {
        var name = cursor.ReadString();
        var dimensions = cursor.ReadUInt32();
        if (dimensions is 0 or > MostDimensions)
        {
            throw new GgufFormatException($"the tensor {name} has {dimensions} dimensions; it may have 1 to {MostDimensions}");
        }

        long columns = 1, rows = 1;
        for (var d = 0; d < dimensions; d++)
        {
            var size = cursor.ReadUInt64();
            if (size is 0 or > int.MaxValue || (ulong)rows * size > int.MaxValue)
            {
                throw new GgufFormatException($"dimension {d} of the tensor {name} is {size}, which is out of range");
            }

            (columns, rows) = d == 0 ? ((long)size, 1) : (columns, rows * (long)size);
        }

        return new GgufTensor(name, cursor.ReadUInt32(), columns, rows, (int)dimensions, cursor.ReadUInt64());
    }

    /// <summary>Only types that the engine reads can be measured; others are refused when a model asks for them.</summary>
    private void CheckExtent(GgufTensor tensor, int alignment)
    {
        if (tensor.Offset % (ulong)alignment != 0)
        {
            throw new GgufFormatException($"the tensor {tensor.Name} begins at {tensor.Offset}, which is not a multiple of {alignment}");
        }

        if (!TensorTypes.IsSupported(tensor.Type))
        {
            return;
        }

        var type = (TensorType)tensor.Type;
        var blockLength = TensorTypes.BlockLength(type);
        if (tensor.Columns % blockLength != 0)
        {
            throw new GgufFormatException($"the tensor {tensor.Name} has rows of {tensor.Columns} values, which is not a multiple of {blockLength}");
        }

        // Below 2^31 columns x 2^31 rows x 4 bytes: UInt128 spares the proof.
        var bytes = (UInt128)(ulong)tensor.Columns / (uint)blockLength * (ulong)tensor.Rows * (uint)TensorTypes.BlockBytes(type);
        if ((UInt128)(ulong)_dataStart + tensor.Offset + bytes > (ulong)_length)
        {
            throw new GgufFormatException($"the file ends early: the tensor {tensor.Name} lies at {tensor.Offset} with {bytes} bytes, beyond the end of the file");
        }
    }
}
