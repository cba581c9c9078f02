#!/usr/bin/env node
/** The command line's entry. */
import '../fail-closed.ts'
import { Command } from 'commander'
import { VERSION } from '../version.ts'

new Command('nolapse-token').version(VERSION).parse()
