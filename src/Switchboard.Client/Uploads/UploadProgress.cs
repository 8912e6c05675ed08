namespace Switchboard.Client.Uploads;

/// <summary>How far an upload is.</summary>
/// <param name="BytesDone">The bytes of the parts that the server has.</param>
/// <param name="TotalBytes">The bytes of the file.</param>
/// <param name="PartsDone">How many parts the server has.</param>
/// <param name="TotalParts">How many parts there are.</param>
public readonly record struct UploadProgress(long BytesDone, long TotalBytes, int PartsDone, int TotalParts);
