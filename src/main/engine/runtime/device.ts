/** What machine and driver this is: names for people, and a key under which a provider's self-test is remembered. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { arch, cpus, platform, release } from 'node:os'

export function deviceName(provider: string): string {
  if (provider === 'cpu') return cpus()[0]?.model.trim() || arch()
  const names: Record<string, string> = { webgpu: 'WebGPU', cuda: 'CUDA', dml: 'DirectML', coreml: 'CoreML' }
  return gpuName() ?? names[provider] ?? provider
}

function gpuName(): string | null {
  if (platform() !== 'linux') return null
  const nvidia = readQuietly('/proc/driver/nvidia/version')
  return nvidia ? 'NVIDIA GPU' : null
}

/** Changes when the operating system, its graphics drivers or the way they are found change. */
export function driverKey(): string {
  const parts = [
    platform(),
    arch(),
    release(),
    process.env['VK_ICD_FILENAMES'] ?? '',
    process.env['VK_DRIVER_FILES'] ?? '',
  ]
  if (platform() === 'linux') {
    parts.push(readQuietly('/proc/driver/nvidia/version') ?? '')
    for (const folder of ['/dev/dri', '/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d']) parts.push(listQuietly(folder))
  }
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16)
}

/** These files describe a machine that may not have them; their absence is an answer. */
function readQuietly(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function listQuietly(path: string): string {
  try {
    return readdirSync(path).sort().join(',')
  } catch {
    return ''
  }
}
